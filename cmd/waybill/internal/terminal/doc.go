// Package terminal is how the program speaks to a person: what is known about an output stream, colours, tables,
// numbers in words, and text of stores made safe to print.
//
// Nothing here decides what is said. A stream that is no terminal gets the same words, without colours and uncut, so
// that output can be piped. Text that came from a store passes OneLine or SafeWriter before it is printed: a record
// must not be able to move the cursor of whoever reads it.
//
//	t := terminal.Describe(os.Stdout, os.Environ(), os.Getenv)
//	columns := []terminal.Column{{Title: "ORDER", Right: true}, {Title: "CUSTOMER", Elastic: true}}
//	terminal.WriteTable(os.Stdout, t, columns, rows)
package terminal
