// Package sink hands events to receivers of any kind. What every kind must do stands in package sinktest.
//
//   - A sink says whether a receiver has taken an event, and if not, whether that is for the event or for the receiver.
//     It tries once: when to try again is decided above.
//   - It may be asked for many events at the same time, and keeps no order among them: who needs one waits.
//   - It returns within its time limit, or at once when the context ends. What became of the event is not known then.
//   - No answer holds an address or a secret.
//
// A kind is a file here and a line in [Open].
//
//	s, err := sink.Open("http", sink.Reach{URL: address, Secrets: secrets}, sink.Options{Guard: guard})
//	answer := s.Send(ctx, sink.Message{ID: id, Body: body})
package sink
