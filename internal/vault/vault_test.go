package vault_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/vault"
)

const (
	owner   = "https://shop.example"
	purpose = "credentials"
)

func noEnv(string) string { return "" }

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func open(t *testing.T, dir string, getenv func(string) string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir, getenv)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seal(t *testing.T, v *vault.Vault, secret string) []byte {
	t.Helper()
	sealed, err := v.Seal(owner, purpose, []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSecretComesBackOnlyForItsOwnerAndPurpose(t *testing.T) {
	t.Parallel()
	v := open(t, t.TempDir(), noEnv)
	sealed := seal(t, v, "cs_secret")
	if bytes.Contains(sealed, []byte("cs_secret")) {
		t.Fatal("the secret stands in clear in the sealed bytes")
	}
	if got, err := v.Open(owner, purpose, sealed); err != nil || string(got) != "cs_secret" {
		t.Fatalf("Open = %q, %v", got, err)
	}
	for _, other := range [][2]string{{"https://thief.example", purpose}, {owner, "webhooks"}, {owner + " ", purpose},
		{"c" + owner, "redentials"}} {
		if got, err := v.Open(other[0], other[1], sealed); !problem.Is(err, problem.CredentialsUnreadable) {
			t.Errorf("Open(%q, %q) = %q, %v", other[0], other[1], got, err)
		}
	}
}

func TestEqualSecretsAreSealedDifferently(t *testing.T) {
	t.Parallel()
	v := open(t, t.TempDir(), noEnv)
	if bytes.Equal(seal(t, v, "same"), seal(t, v, "same")) {
		t.Error("a nonce was used twice")
	}
}

func TestAnyChangedByteIsNoticed(t *testing.T) {
	t.Parallel()
	v := open(t, t.TempDir(), noEnv)
	sealed := seal(t, v, "cs_secret")
	for i := range sealed {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		if _, err := v.Open(owner, purpose, damaged); !problem.Is(err, problem.CredentialsUnreadable) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for n := range sealed {
		if _, err := v.Open(owner, purpose, sealed[:n]); !problem.Is(err, problem.CredentialsUnreadable) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestKeyFileIsMadeOnceForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			v, err := vault.Open(dir, noEnv)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = v.Current()
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("several keys were made: %v", ids)
		}
	}
	info, err := os.Stat(filepath.Join(dir, vault.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.key.*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKeyFileThatOthersCanReadIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir, noEnv)
	path := filepath.Join(dir, vault.FileName)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(dir, noEnv); !problem.Is(err, problem.MasterKeyExposed) {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	open(t, dir, noEnv)
}

func TestMasterKeyIsReadInEveryUsualForm(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0xfb, 0xef, 0x01, 0x7f}, 8)
	want := ""
	for _, text := range []string{
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw),
		base64.URLEncoding.EncodeToString(raw), " " + base64.StdEncoding.EncodeToString(raw) + "\n",
	} {
		v := open(t, t.TempDir(), env(map[string]string{vault.EnvKey: text}))
		if want == "" {
			want = v.Current()
		}
		if v.Current() != want {
			t.Errorf("%q gives another key", text)
		}
	}
}

func TestBadMasterKeyIsExplainedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"short-Zq9", strings.Repeat("Zq9", 40), "ZZ" + strings.Repeat("g", 62),
		base64.StdEncoding.EncodeToString(make([]byte, 32))} {
		_, err := vault.Open(t.TempDir(), env(map[string]string{vault.EnvKey: text}))
		if !problem.Is(err, problem.MasterKeyInvalid) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats the key: %v", err)
		}
		if !strings.Contains(problem.From(err).Message, vault.EnvKey) {
			t.Errorf("the error does not name the variable: %v", err)
		}
	}
}

func TestKeyNeverPrintsItself(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0x41, 0x42}, 16)
	key, err := vault.ParseKey(hex.EncodeToString(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%s", "%+v", "%#v"} {
		if text := fmt.Sprintf(format, key); strings.Contains(text, "4142") || strings.Contains(text, "ABAB") ||
			strings.Contains(text, "65 66") {
			t.Errorf("%s prints %q", format, text)
		}
	}
}

func TestWrongMasterKeyIsNamed(t *testing.T) {
	t.Parallel()
	first, second := open(t, t.TempDir(), noEnv), open(t, t.TempDir(), noEnv)
	_, err := second.Open(owner, purpose, seal(t, first, "x"))
	if !problem.Is(err, problem.CredentialsUnreadable) || !strings.Contains(err.Error(), first.Current()) ||
		!strings.Contains(err.Error(), second.Current()) {
		t.Errorf("err = %v", err)
	}
}

func TestRotationOfTheKeyFileLosesNothingAtAnyStep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := open(t, dir, noEnv)
	sealed := seal(t, before, "cs_secret")

	r, err := vault.BeginRotation(t.Context(), dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// A crash here: the file opens the old secret, and seals with the new key.
	between := open(t, dir, noEnv)
	if between.Current() == before.Current() {
		t.Fatal("the key was not replaced")
	}
	if got, err := between.Open(owner, purpose, sealed); err != nil || string(got) != "cs_secret" {
		t.Fatalf("between the steps: %q, %v", got, err)
	}

	rewrapped, changed, err := r.Vault.Rewrap(owner, purpose, sealed)
	if err != nil || !changed {
		t.Fatalf("Rewrap: changed %v, %v", changed, err)
	}
	if again, changed, err := r.Vault.Rewrap(owner, purpose, rewrapped); err != nil || changed ||
		!bytes.Equal(again, rewrapped) {
		t.Errorf("a second Rewrap: changed %v, %v", changed, err)
	}
	if err := r.Finish(); err != nil {
		t.Fatal(err)
	}
	after := open(t, dir, noEnv)
	if got, err := after.Open(owner, purpose, rewrapped); err != nil || string(got) != "cs_secret" {
		t.Fatalf("after: %q, %v", got, err)
	}
	if _, err := after.Open(owner, purpose, sealed); err == nil {
		t.Error("the old key still opens")
	}
}

func TestOneRotationWaitsForAnotherAndForWhoSeals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	moment := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	first, err := vault.BeginRotation(t.Context(), dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.BeginRotation(moment(), dir, noEnv); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second rotation began within the first: %v", err)
	}
	if _, err := vault.Hold(moment(), dir, noEnv); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("something was to be sealed within a rotation: %v", err)
	}
	first.Close()
	first.Close()
	release, err := vault.Hold(t.Context(), dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	also, err := vault.Hold(t.Context(), dir, noEnv)
	if err != nil {
		t.Fatalf("two seal at once: %v", err)
	}
	also()
	if _, err := vault.BeginRotation(moment(), dir, noEnv); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a rotation began while something was sealed: %v", err)
	}
	release()
	second, err := vault.BeginRotation(t.Context(), dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

func TestKeysFromTheEnvironmentRotateByTwoVariables(t *testing.T) {
	t.Parallel()
	oldKey, newKey := strings.Repeat("01", 32), strings.Repeat("02", 32)
	sealed := seal(t, open(t, t.TempDir(), env(map[string]string{vault.EnvKey: oldKey})), "cs_secret")
	v := open(t, t.TempDir(), env(map[string]string{vault.EnvKey: newKey, vault.EnvOlderKeys: oldKey + ","}))
	rewrapped, changed, err := v.Rewrap(owner, purpose, sealed)
	if err != nil || !changed {
		t.Fatalf("Rewrap: changed %v, %v", changed, err)
	}
	if got, err := open(t, t.TempDir(), env(map[string]string{vault.EnvKey: newKey})).Open(owner, purpose,
		rewrapped); err != nil || string(got) != "cs_secret" {
		t.Fatalf("with the new key alone: %q, %v", got, err)
	}
	if _, err := vault.BeginRotation(t.Context(), t.TempDir(),
		env(map[string]string{vault.EnvKey: newKey})); !problem.Is(err,
		problem.Usage) {
		t.Errorf("BeginRotation with a key from the environment: %v", err)
	}
}

func TestDamagedKeyFileIsNotReplaced(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# only a comment\n", "garbage\n"} {
		dir := t.TempDir()
		path := filepath.Join(dir, vault.FileName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(dir, noEnv); !problem.Is(err, problem.MasterKeyInvalid) {
			t.Errorf("%q: %v", text, err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%q was overwritten with %q", text, got)
		}
	}
}
