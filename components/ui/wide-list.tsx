/** Classes of a list that reaches the edges of its page, whose first and last cells keep the page's gutter. */
export const wideList = "-mx-4 -mt-5 shrink-0 lg:-mx-6 lg:[--table-gutter:1.5rem]";
