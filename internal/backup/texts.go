package backup

import "github.com/waybillhq/waybill/internal/problem"

// All messages for people about backups.

func writtenOtherwise(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the backup was written and reads otherwise: %v", err).
		Next("The disk or the network behind %s damages what it is given: choose another place.", path)
}

func notCopied(err error, path, to string) error {
	return problem.Wrap(problem.DataUnusable, err, "the backup %s cannot be copied to %s: %v", path, to, err).
		Next("Check that the file is whole and the disk not full.")
}

func notRead(err error) error {
	return problem.Wrap(problem.InputInvalid, err, "the backup cannot be read: %v", err).
		Next("Name a file that waybill backup has written.")
}

func notOpened(err error, path, why string) error {
	return problem.Wrap(problem.InputInvalid, err, "the backup %s cannot be opened: %s", path, why).
		Next("Give the passphrase in WAYBILL_BACKUP_PASSPHRASE, or the key with --identity.")
}

func noPublicKey(err error, text string) error {
	return problem.Wrap(problem.Usage, err, "--recipient %q is no public key of age", text).
		Next("Such a key begins with age1; age-keygen makes one.")
}

func sealedOneWay() error {
	return problem.New(problem.Usage, "a backup is sealed with a passphrase or for recipients, not both").
		Next("Leave --recipient out, or --passphrase and WAYBILL_BACKUP_PASSPHRASE.")
}

func noSecretKeys() error {
	return problem.New(problem.InputInvalid, "--identity: the file holds no secret keys of age").
		Next("It is the file that age-keygen has written.")
}

func isSealed() error {
	return problem.New(problem.CredentialsMissing, "the backup is sealed").
		Next("Give the passphrase in WAYBILL_BACKUP_PASSPHRASE, or the key with --identity.")
}

func taken(path string) error {
	return problem.New(problem.InputInvalid, "%s is there already, and nothing is replaced", path).
		Next("Choose another name, or move that file away.")
}

func unwritable(path string, err error) error {
	return problem.Wrap(problem.DataUnusable, err, "%s cannot be written: %v", path, err).
		Next("Check that the directory is there, belongs to you and has room.")
}
