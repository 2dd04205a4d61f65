package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/waybillhq/waybill/internal/problem"
)

// Lock seals a backup file, or opens it. The zero value leaves the file unsealed: anybody who has the file can then
// read the customers' data.
type Lock struct {
	Passphrase string
	// Recipients are age public keys ("age1…") for whose owners a file is sealed.
	Recipients []string
	// Identities is the text of a file of age secret keys, one of which opens the file.
	Identities string
}

// sealedMark is the beginning of every file that age has sealed.
const sealedMark = "age-encryption.org/"

// Seal copies a file to path, sealed with lock, and reads the copy again. The error is a problem when path exists
// already.
func Seal(path, from string, lock Lock) (err error) {
	recipients, err := lock.recipients()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return taken(path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part*") // mode 0600
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err // the name of the part says nothing to anybody
	}
	if err != nil {
		return unwritable(path, err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // not there any more once it was linked
	written := sha256.New()
	err = errors.Join(write(io.MultiWriter(part, written), from, recipients), part.Sync(), part.Close())
	if err != nil {
		return unwritable(path, err)
	}
	if err := readAgain(part.Name(), from, written.Sum(nil), lock); err != nil {
		return writtenOtherwise(err, path)
	}
	return place(part.Name(), path)
}

func write(to io.Writer, from string, recipients []age.Recipient) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if len(recipients) == 0 {
		_, err := io.Copy(to, source)
		return err
	}
	sealing, err := age.Encrypt(to, recipients...)
	if err != nil {
		return err
	}
	_, err = io.Copy(sealing, source)
	return errors.Join(err, sealing.Close())
}

// readAgain compares a written file with the bytes that were written. When lock can open the file, readAgain also
// compares the content with the source.
func readAgain(path, from string, written []byte, lock Lock) error {
	sum, err := sumOf(path)
	if err != nil || !bytes.Equal(sum, written) {
		return errors.Join(err, errors.New("its bytes are others"))
	}
	if lock.Passphrase == "" {
		return nil // sealed for another person's key, or not at all
	}
	opened, close, err := open(path, lock)
	if err != nil {
		return err
	}
	defer close()
	content := sha256.New()
	if _, err := io.Copy(content, opened); err != nil {
		return err
	}
	original, err := sumOf(from)
	if err != nil || !bytes.Equal(original, content.Sum(nil)) {
		return errors.Join(err, errors.New("its content is another"))
	}
	return nil
}

func sumOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return sum.Sum(nil), err
}

// Open copies the content of a backup file to another path, which must not exist.
func Open(path, to string, lock Lock) error {
	opened, close, err := open(path, lock)
	if err != nil {
		return err
	}
	defer close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return taken(to)
	}
	if err != nil {
		return unwritable(to, err)
	}
	_, err = io.Copy(out, opened)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		_ = os.Remove(to)
		return notCopied(err, path, to)
	}
	return nil
}

func open(path string, lock Lock) (io.Reader, func(), error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, notRead(err)
	}
	close := func() { _ = file.Close() }
	reader := bufio.NewReaderSize(file, 64<<10)
	head, _ := reader.Peek(len(sealedMark)) // a shorter file is no backup
	if string(head) != sealedMark {
		return reader, close, nil
	}
	identities, err := lock.identities()
	if err == nil {
		var opened io.Reader
		if opened, err = age.Decrypt(reader, identities...); err == nil {
			return opened, close, nil
		}
	}
	close()
	if p := problem.From(err); p.Code != problem.Internal {
		return nil, nil, p
	}
	why := "it was sealed for another key, or is damaged"
	if lock.Passphrase != "" {
		why = "the passphrase is not the one it was made with, or it is damaged"
	}
	return nil, nil, notOpened(err, path, why)
}

func (l Lock) recipients() ([]age.Recipient, error) {
	var all []age.Recipient
	for _, text := range l.Recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, noPublicKey(err, text)
		}
		all = append(all, r)
	}
	switch {
	case l.Passphrase == "":
		return all, nil
	case len(all) > 0:
		return nil, sealedOneWay()
	}
	r, err := age.NewScryptRecipient(l.Passphrase)
	return []age.Recipient{r}, err
}

func (l Lock) identities() ([]age.Identity, error) {
	if l.Identities != "" {
		all, err := age.ParseIdentities(bytes.NewReader([]byte(l.Identities)))
		if err != nil {
			// The error may quote the file, which holds a secret.
			return nil, noSecretKeys()
		}
		return all, nil
	}
	if l.Passphrase == "" {
		return nil, isSealed()
	}
	i, err := age.NewScryptIdentity(l.Passphrase)
	return []age.Identity{i}, err
}

// place moves a whole file to its name, unless another file has that name.
func place(part, path string) error {
	err := os.Link(part, path)
	if errors.Is(err, fs.ErrExist) {
		return taken(path)
	}
	if err != nil { // the file system has no links
		err = os.Rename(part, path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	return nil
}
