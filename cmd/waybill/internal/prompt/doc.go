// Package prompt asks the person at the keyboard: for a secret, without echo, and for a confirmation.
//
// Where nobody can be asked it fails and says which flag or variable answers beforehand; it never waits for an input
// that cannot come.
package prompt
