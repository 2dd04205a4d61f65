// Command waybill connects WooCommerce stores with the systems that fulfil their orders.
//
// This package turns a command line into options and calls what does the work; it holds no logic of its own. One file
// holds one command:
//
//	flags -> options -> run
//
// The commands below another one stand beside it, in files that begin with its name (stores_pause.go). What several
// share stands in files named for that: records.go lists and shows records, write….go sends them.
//
// To add a command, write its constructor in a file of its own, following version.go, and list it in commands.go. A
// command
//
//   - prints results to standard output (a.printJSON, a.table, a.say), and everything else, such as progress and
//     notices, to standard error (a.note, a.display);
//   - honours --json: with it, standard output holds JSON only;
//   - returns a *problem.Problem for anything that went wrong, or exit(status) when it worked and has something to tell
//     by its exit status;
//   - has an Example. Tests fail without one.
//
// What is no command has rooms below internal: how the terminal is spoken to, how progress, records and writes look,
// what is asked at the keyboard, how arguments and files with rows are read.
//
// Exit statuses and error codes are those of internal/problem, documented in docs/errors.md. docs/cli.md is generated
// from the commands themselves.
package main
