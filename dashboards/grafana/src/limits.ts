/** Nodes that graphs show a line of: those with the most steps. */
export const MOST_NODES = 10;

/** Most rows of a panel of one run. */
export const MOST_ROWS = 2000;
