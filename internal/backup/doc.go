// Package backup keeps a copy of an installation in a file, sealed with age where asked, and readies a database that
// was put back to an earlier state.
//
// What it guarantees:
//
//   - A file is whole or not there. It is read again after it was written.
//   - Stored credentials stay sealed under the master key, which is not in the file.
//   - After a restore nothing is sent twice. What waited in the backup may have been sent since: it is parked, and a
//     retry looks for it on the store first. What was accepted since, under a caller's idempotency key, is recognised
//     on the store by its mark when the caller asks for it again (package outbox).
//   - Numbers of changes that readers have seen since the backup are not given again to other changes.
//
// It must not know which database it readies, nor what a write means.
//
//	err := backup.Seal("waybill.backup", copied, backup.Lock{Passphrase: "correct horse"})
//	report, err := backup.Hold(ctx, db, taken)
package backup
