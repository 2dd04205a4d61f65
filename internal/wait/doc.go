// Package wait lets work pause for a time without holding up its end: a context that ends wakes it at once.
//
//	if err := wait.For(ctx, pause); err != nil {
//		return err // nobody waits for the result any more
//	}
//
// It must not know what is waited for, nor how long is right: that stands with the work.
package wait
