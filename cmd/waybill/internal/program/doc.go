// Package program is what a command with a room of its own is given of the invocation that it runs in: its streams,
// what was said with the flags that every command has, and the way to the data directory. It must not know a command.
package program
