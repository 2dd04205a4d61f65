// Package pagesize knows how many records of a list a store can give at once. A store that fails on a page of a
// hundred, because it runs out of memory or time, or because one record is damaged, often gives twenty. Whoever reads
// lists, the mirror or the outbox in its look-ups, shrinks its pages by the same rules and remembers what worked.
//
// It guarantees that sizes fall in few steps, and that a larger page is tried now and then, less and less often, so
// that a mended store is read in full pages again. It must not know what is read, nor why.
//
//	size := pagesize.New(100, kept)
//	for {
//		page, err := ask(size.Now())
//		if err == nil || !pagesize.TooHeavy(err) || !size.Failed(size.Now()) {
//			return page, err
//		}
//	}
package pagesize
