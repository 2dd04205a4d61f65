// Package filelock keeps processes of one machine from doing at the same time what does not go together, by locks of
// the operating system on small files. A lock falls with its process, however that ends, so a stale one cannot exist.
//
// It must not know what is locked. The files stay: removing one would let a third process lock a file that a second
// one, waiting to open it, no longer sees.
//
//	file, err := filelock.Wait(ctx, path, filelock.Exclusive)
//	defer file.Close() // gives the lock up
package filelock
