package vault

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
)

// Open makes a Vault from the environment or, when that names no key, from the key file in dir. Open makes a key file
// when there is none. The directory must exist.
func Open(dir string, getenv func(string) string) (*Vault, error) {
	v, err := Existing(dir, getenv)
	if problem.Is(err, problem.MasterKeyMissing) {
		return firstUse(dir)
	}
	return v, err
}

// Existing opens the vault of an installation that has sealed secrets already. It never makes a key: a new key could
// not open those secrets, and its file would be taken for the lost one. The error without a key is a problem with code
// master_key_missing.
func Existing(dir string, getenv func(string) string) (*Vault, error) {
	if text := getenv(EnvKey); text != "" {
		return fromEnvironment(text, getenv(EnvOlderKeys))
	}
	path := filepath.Join(dir, FileName)
	keys, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keyMissing(path)
	}
	if err != nil {
		return nil, err
	}
	return New(keys[0], keys[1:]...), nil
}

func fromEnvironment(text, olderText string) (*Vault, error) {
	current, err := ParseKey(text)
	if err != nil {
		return nil, keyFrom(EnvKey, err)
	}
	var older []Key
	for part := range strings.SplitSeq(olderText, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		key, err := ParseKey(part)
		if err != nil {
			return nil, keyFrom(EnvOlderKeys, err)
		}
		older = append(older, key)
	}
	return New(current, older...), nil
}

// keyFrom adds the source of the key to a problem.
func keyFrom(source string, err error) error {
	p := problem.From(err)
	p.Message = source + ": " + p.Message
	return p
}

// firstUse makes the key file. Of two processes that call firstUse at once, the second one uses the file of the first.
func firstUse(dir string) (*Vault, error) {
	path := filepath.Join(dir, FileName)
	key := NewKey()
	err := writeFile(path, []Key{key}, true)
	if errors.Is(err, fs.ErrExist) {
		keys, err := readFile(path)
		if err != nil {
			return nil, err
		}
		return New(keys[0], keys[1:]...), nil
	}
	if err != nil {
		return nil, keyNotWritten(err, path)
	}
	return New(key), nil
}

// readFile reads keys, one a line. Lines that start with # are comments. The error for a missing file is
// fs.ErrNotExist.
func readFile(path string) ([]Key, error) {
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, keyNotRead(err, path)
	}
	defer func() { _ = file.Close() }() // the file was only read
	if err := checkRights(file, path); err != nil {
		return nil, err
	}
	// A key file is a few lines; the bound keeps a wrong file from being read into memory.
	text := make([]byte, 16<<10)
	n, _ := file.Read(text)
	var keys []Key
	for line := range strings.Lines(string(text[:n])) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := ParseKey(line)
		if err != nil {
			return nil, keyFrom(path, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, keyFileEmpty(path)
	}
	return keys, nil
}

// checkRights checks the open file in place of its name, so that no other process can swap the file in between.
func checkRights(file *os.File, path string) error {
	if runtime.GOOS == "windows" {
		// Windows has no such bits. The profile directory protects the file there.
		return nil
	}
	info, err := file.Stat()
	if err != nil {
		return keyNotExamined(err, path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return keyExposed(path, mode)
	}
	return nil
}

// writeFile writes keys so that the file is whole or does not exist. With fresh the error is fs.ErrExist when there is
// a file already.
func writeFile(path string, keys []Key, fresh bool) error {
	temp, err := os.CreateTemp(filepath.Dir(path), FileName+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // not there any more once it was renamed
	text := "# The master key of this data directory. Whoever has it and the database can read the\n" +
		"# stored credentials: keep both, but not together in one backup.\n"
	for _, key := range keys {
		text += key.encode() + "\n"
	}
	if _, err := temp.WriteString(text); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if fresh {
		return os.Link(temp.Name(), path)
	}
	return os.Rename(temp.Name(), path)
}
