package service_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/vault"
)

// otherMachine loses the master key of the data directory, as a second machine with the same database has none.
func (b *bundle) otherMachine(t *testing.T) (key []byte) {
	t.Helper()
	path := filepath.Join(b.dir, vault.FileName)
	key, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAMachineWithAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.open(t)
	b.connect(t, first)
	key := b.otherMachine(t)
	b.env[vault.EnvKey] = strings.Repeat("ab", vault.KeySize)
	_, err := service.Open(t.Context(), b.options(t, nil))
	p := problem.From(err)
	if code(err) != problem.MasterKeyDiffers || !strings.Contains(p.Message, "shop") ||
		!strings.Contains(p.Hint, vault.EnvKey) || !strings.Contains(p.Hint, "--lost") {
		t.Fatalf("a key of its own: %v; %s", err, p.Hint)
	}
	// Given the key, it works.
	b.env[vault.EnvKey] = strings.TrimSpace(lastLine(string(key)))
	second := b.open(t)
	if st, err := second.Store(t.Context(), "shop"); err != nil {
		t.Error(err)
	} else if _, err := second.SyncOnce(t.Context(), st, nil); err != nil {
		t.Errorf("with the key of the first machine: %v", err)
	}
}

// TestNoMasterKeyIsMadeWhereKeysAreSealed: whoever restores a database without its master key finds none beside it that
// opens nothing.
func TestNoMasterKeyIsMadeWhereKeysAreSealed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.open(t)
	b.connect(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	key := b.otherMachine(t)
	file := filepath.Join(b.dir, vault.FileName)
	_, beside := service.OpenBeside(t.Context(), b.options(t, nil))
	_, err := service.Open(t.Context(), b.options(t, nil))
	for _, err := range []error{beside, err} {
		p := problem.From(err)
		if code(err) != problem.MasterKeyMissing || !strings.Contains(p.Message, "shop") ||
			!strings.Contains(p.Message, b.dir) || !strings.Contains(p.Hint, "chmod 600") {
			t.Errorf("without its master key: %v; %s", err, p.Hint)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("a master key was made: %v", err)
	}
	r, err := service.OpenReader(t.Context(), b.options(t, nil)) // to look needs no key
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	b.open(t)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestAKeyThatIsLostIsReplacedByOneThatIsThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.open(t)
	b.connect(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	b.otherMachine(t)
	opts := b.options(t, nil)
	opts.KeyLost = true
	taken, err := service.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if closed, err := taken.Closed(t.Context()); err != nil || len(closed) != 1 || closed[0].Name != "shop" {
		t.Errorf("stores that need their keys again: %v, %v", closed, err)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	again := b.open(t) // from now on it opens like any other
	if _, err := again.Rekey(t.Context(), "shop", stores.Connection{Key: b.shop.Key, Secret: b.shop.Secret}); err != nil {
		t.Fatal(err)
	}
	st, err := again.Store(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.SyncOnce(t.Context(), st, nil); err != nil {
		t.Errorf("with its key given anew: %v", err)
	}
}

// TestTwoMachinesThatBeganWithAKeyEach: nothing was sealed when the second came, so nothing told them apart. The one
// that seals first stays.
func TestTwoMachinesThatBeganWithAKeyEach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	opts := b.options(t, nil)
	opts.Getenv = func(name string) string {
		return map[string]string{vault.EnvKey: strings.Repeat("ab", vault.KeySize)}[name]
	}
	first, err := service.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	b.connect(t, b.open(t)) // with the key of a file
	_, err = first.Rekey(t.Context(), "shop", stores.Connection{Key: b.shop.Key, Secret: b.shop.Secret})
	if code(err) != problem.MasterKeyDiffers {
		t.Errorf("sealing with the other key: %v", err)
	}
	if _, err := service.Open(t.Context(), opts); code(err) != problem.MasterKeyDiffers {
		t.Errorf("opening with the other key: %v", err)
	}
}
