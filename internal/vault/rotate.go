package vault

import (
	"path/filepath"

	"github.com/waybillhq/waybill/internal/problem"
)

// Rotation replaces the key of a key file in two steps, so that a crash in between loses nothing: first the new key is
// added in front, then, once everything is sealed with it, the old ones are dropped.
type Rotation struct {
	path string
	next Key
	// Vault seals with the new key and opens with all.
	Vault *Vault
}

// BeginRotation adds a new key to the file in dir. A key that comes from the environment is rotated by setting the two
// variables.
func BeginRotation(dir string, getenv func(string) string) (*Rotation, error) {
	if getenv(EnvKey) != "" {
		return nil, problem.New(problem.Usage, "the master key comes from %s, so only you can replace it", EnvKey).
			Next("Set %s to the new key and %s to the old one; the next start seals everything anew", EnvKey,
				EnvOlderKeys)
	}
	old, err := Open(dir, getenv)
	if err != nil {
		return nil, err
	}
	r := &Rotation{path: filepath.Join(dir, FileName), next: NewKey()}
	if err := writeFile(r.path, append([]Key{r.next}, old.keys...), false); err != nil {
		return nil, problem.Wrap(problem.DataUnusable, err, "the master key file %s cannot be replaced: %v", r.path,
			err)
	}
	r.Vault = New(r.next, old.keys...)
	return r, nil
}

// Finish drops the old keys. Call it once everything is rewrapped.
func (r *Rotation) Finish() error {
	if err := writeFile(r.path, []Key{r.next}, false); err != nil {
		return problem.Wrap(problem.DataUnusable, err, "the old master key could not be removed from %s: %v", r.path,
			err)
	}
	return nil
}
