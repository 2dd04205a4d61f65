// Command waybill connects WooCommerce stores with the systems that fulfil their orders.
//
// This package turns a command line into options and calls what does the work;
// it holds no logic of its own. One file holds one command:
//
//	flags -> options -> run
//
// To add a command, write newThingCommand(a *app) *cobra.Command in thing.go, following version.go, and list it in
// commands.go. A command
//
//   - prints results to a.stdout through a.printJSON, a.table or a.say, and
//     everything else (progress, notices) to a.stderr;
//   - honours a.global.json: with it, standard output holds JSON only;
//   - returns a *problem.Problem for anything that went wrong, or exit(status)
//     when it worked and has something to tell by its exit status;
//   - has an Example. Tests fail without one.
//
// Exit statuses and error codes are those of internal/problem, documented in docs/errors.md. docs/cli.md is generated
// from the commands themselves.
package main
