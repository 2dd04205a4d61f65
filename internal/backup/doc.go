// Package backup keeps a copy of an installation in a file, sealed with age where asked, and readies a database that
// was put back to an earlier state.
//
// The package guarantees:
//
//   - A backup file is whole or does not exist. Every file is read again after it was written.
//   - Stored credentials stay sealed under the master key, which is not in the file.
//   - After a restore nothing is sent twice. A write that waited in the backup may have been sent since, so it is
//     parked, and a retry looks for the write on the store first. A write that was accepted after the backup under a
//     caller's idempotency key is recognised on the store by its mark when the caller asks for the write again (package
//     outbox).
//   - The numbers of changes that readers have seen since the backup are not used again for other changes.
//
// The package must not know which database it readies, nor what a write means.
//
//	err := backup.Seal("waybill.backup", copied, backup.Lock{Passphrase: "correct horse"})
//	report, err := backup.Hold(ctx, db, taken)
package backup
