package vault

import (
	"io/fs"

	"github.com/waybillhq/waybill/internal/problem"
)

// All messages for people about the master key and stored credentials.

func keyOfWrongSize(text string, raw []byte) error {
	return problem.New(problem.MasterKeyInvalid,
		"the master key must be %d bytes in base64 or hex; this one has %d characters that give %d bytes", KeySize,
		len(text), len(raw)).
		Next("Make one with: openssl rand -base64 32")
}

func keyOfZeros() error {
	return problem.New(problem.MasterKeyInvalid, "the master key is all zeros").
		Next("Make one with: openssl rand -base64 32")
}

func keyInUse(err error, path string) error {
	return problem.Wrap(problem.DataInUse, err, "another process replaces the master key %s, or seals with it",
		path).Next("Try again when it is done")
}

func keyNotLocked(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be locked: %v", path, err)
}

func keyFromEnvironment() error {
	return problem.New(problem.Usage, "the master key comes from %s, so only you can replace it", EnvKey).
		Next("Set %s to the new key and %s to the old one; the next start seals everything anew", EnvKey,
			EnvOlderKeys)
}

func keyNotReplaced(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be replaced: %v", path,
		err)
}

func oldKeyStays(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the old master key could not be removed from %s: %v", path,
		err)
}

func keyMissing(path string) error {
	return problem.New(problem.MasterKeyMissing, "the master key file %s is missing", path).
		Next("Put the file back, or set %s to the key", EnvKey)
}

func keyNotWritten(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be written: %v", path, err).
		Next("Make the directory writable, or give a master key in %s", EnvKey)
}

func keyNotRead(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be read: %v", path, err)
}

func keyFileEmpty(path string) error {
	return problem.New(problem.MasterKeyInvalid, "the master key file %s holds no key", path).
		Next("Put the file back from a backup; without it stored credentials must be given anew")
}

func keyNotExamined(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be examined: %v", path, err)
}

func keyExposed(path string, mode fs.FileMode) error {
	return problem.New(problem.MasterKeyExposed,
		"the master key file %s can be used by other users of this machine (mode %04o)", path, mode).
		Next("Run: chmod 600 %s", path)
}

func unreadable(why string) *problem.Problem {
	return problem.New(problem.CredentialsUnreadable, "the stored credentials cannot be read: %s", why).
		Next("Give the master key they were stored with in %s, or replace them with: waybill stores rekey", EnvKey)
}
