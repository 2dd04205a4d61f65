// Package rowinput is where the rows of a write come from on the command line: a file, standard input, or fields given
// one by one; and how a record is named there.
//
// It reads and refuses. What the rows mean is package intake's business, and sending them is the commands'.
//
//	var input rowinput.Flags
//	input.Register(cmd.Flags())
//	rows, err := input.Read(os.Stdin, intake.Options{Action: outbox.Create, Resource: storage.Orders})
package rowinput
