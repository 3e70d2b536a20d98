/** The task of a thread: adds one. */
module.exports = (n) => n + 1;
