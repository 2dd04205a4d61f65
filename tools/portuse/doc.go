// Command portuse holds the port to the databases (package internal/storage) against who uses it: it prints the methods
// that no suite calls, so that nobody promises them, and those that nothing but a suite calls, so that nobody needs
// them.
//
//	go run ./tools/portuse
//
// It reads the types of the project's own packages as the compiler left them.
package main
