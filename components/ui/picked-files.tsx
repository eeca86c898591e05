/** A file that somebody chose or dropped, and where it stood in a folder that came as a whole. */
export interface PickedFile {
  file: File;
  /** `guide/setup.md`, or the file's name alone. */
  path: string;
}

/** Files and folders that nobody means to give away with a folder: `.git`, `.DS_Store`. */
function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "Thumbs.db";
}

/** The files of a file input, those of a chosen folder with their place in it. */
export function filesOfInput(list: FileList | null): PickedFile[] {
  return [...(list ?? [])]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !path.includes("/") || !path.split("/").some(isHidden));
}

/** The files of a drop, with all that dropped folders hold. To be called while the drop is being handled. */
export async function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  // The list is empty as soon as the handler returns, so everything is taken out of it before the first wait.
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const files = [...transfer.files].map((file) => ({ file, path: file.name }));
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  const walked = await Promise.all(entries.map((entry) => (entry ? filesOfEntry(entry, "") : [])));
  return walked.flat();
}

async function filesOfEntry(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  const path = folder + entry.name;
  if (folder !== "" && isHidden(entry.name)) return [];
  if (isFile(entry)) return [{ file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), path }];
  if (!isFolder(entry)) return [];
  const files: PickedFile[] = [];
  for (const child of await childrenOf(entry)) files.push(...(await filesOfEntry(child, `${path}/`)));
  return files;
}

/** A reader gives a hundred at a time, and none at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
