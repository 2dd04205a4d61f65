// Package recording reads scenarios recorded from a real store and compares answers with them.
//
// It guarantees that what the recordings call volatile is compared by type and shape only, and message texts not at
// all, because stores translate them. Everything else is compared exactly: status, the headers that mean something,
// JSON values, and, where bytes matter, notation and the order of keys.
//
// It must not know how the answers came to be: the sandbox plays the steps and hands over what it got.
//
//	sections, err := recording.Read(file)
//	differences := recording.Compare(step, answer, context)
package recording
