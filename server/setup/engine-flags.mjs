/**
 * How the server's engine deals with memory. Without a word it takes four times of what it needs before it looks for what is
 * not needed any more, and does not give it back while there is work. The bound makes that less than twice; objects of a house
 * take some 100 MB, pictures lie outside of it. The second is the room for new objects, most of which are gone at once.
 */
export const SERVER_FLAGS = ['--max-old-space-size=1536', '--max-semi-space-size=8'];
