// Package event is what receivers of changes get: the change, and the record as the mirror holds it when the event is
// sent, whole or in part.
//
//   - An event has one id for good: whoever gets it twice can tell.
//   - Values of a record are as the store sent them, to the last digit, also where only some members are sent.
//   - A record that has changed again since is marked so: a later event tells of that.
//
// It reads nothing: the record is given to it.
package event
