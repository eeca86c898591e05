"""Runs the code of one call and shows what it comes to. Loaded into each interpreter before anything else."""

import ast
import builtins
import io
import linecache
import os
import sys
import traceback
import warnings

import __main__

MAX_IMAGES = 8
HOME = "/mnt/data"

_cells = 0
_images = []


def _picture_of(value):
    """The value as (media type, bytes), by the methods that notebooks ask; None where it has no such picture."""
    for method, media_type in (("_repr_png_", "image/png"), ("_repr_jpeg_", "image/jpeg")):
        draw = getattr(value, method, None)
        if callable(draw) and not isinstance(value, type):
            data = draw()
            if isinstance(data, tuple):
                data = data[0]
            if isinstance(data, (bytes, bytearray)):
                return media_type, bytes(data)
    return None


def display(*values):
    """Shows each value: as a picture where it has one, else as text."""
    for value in values:
        picture = _picture_of(value)
        if picture is None:
            print(value if isinstance(value, str) else repr(value))
        elif len(_images) < MAX_IMAGES:
            _images.append(picture)


def _show_figures():
    """Figures that are still open when a call ends are shown, as notebooks do."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        drawn = io.BytesIO()
        pyplot.figure(number).savefig(drawn, format="png", bbox_inches="tight")
        if len(_images) < MAX_IMAGES:
            _images.append(("image/png", drawn.getvalue()))
    pyplot.close("all")


def _trace(error):
    """The error as Python tells it, without the frames of this file."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)
    if isinstance(error, ModuleNotFoundError):
        names = ", ".join(installed) or "none"
        print(
            "Hint: this Python has no network and no pip. Packages installed beside the standard library: "
            f"{names}. The operator of this server adds numpy, pandas and matplotlib with "
            "'npm run install-python-packages'. Use what is there.",
            file=sys.stderr,
        )


def run(code):
    """Runs a call's code; the value of a last expression is shown. Returns [ok, images]."""
    global _cells
    _cells += 1
    _images.clear()
    name = f"<cell {_cells}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    ok = True
    try:
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), __main__.__dict__)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), __main__.__dict__)
            if value is not None:
                __main__.__dict__["_"] = value
                display(value if _picture_of(value) else _Shown(value))
        _show_figures()
    except SystemExit as error:
        ok = error.code in (None, 0)
        if not ok:
            print(f"SystemExit: {error.code}", file=sys.stderr)
    except BaseException as error:  # noqa: BLE001 - whatever the code raises is its result
        ok = False
        _trace(error)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001, S110 - the code may have closed or replaced it
            pass
    return [ok, [list(image) for image in _images]]


class _Shown:
    """A value whose repr is shown, strings with their quotes."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return repr(self.value)


def _no_processes(*_):
    raise OSError("this Python cannot start programs")


installed = []
os.system = os.popen = _no_processes
builtins.display = display
__main__.__dict__["__name__"] = "__main__"
warnings.filterwarnings("ignore", message=".*non-interactive.*")
os.makedirs(HOME, exist_ok=True)
os.chdir(HOME)
sys.path.insert(0, HOME)
sys.argv = [""]
