/**
 * How the server's engine deals with memory. Without a word it takes four times of what it needs before it looks for what is
 * not needed any more, and does not give it back while there is work. The bound makes that less than twice; objects of a house
 * take some 100 MB, pictures lie outside of it. The second is the room for new objects, most of which are gone at once: with 8 MB a
 * hall of terminals at their most was taken in at 20,800 messages a second, with 16 at 28,800, with 32 at 29,200.
 */
export const SERVER_FLAGS = ['--max-old-space-size=1536', '--max-semi-space-size=16'];
