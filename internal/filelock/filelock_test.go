package filelock_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/filelock"
)

func TestLocksAreSharedOrAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.lock")
	within := func(how filelock.How) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		file, err := filelock.Wait(ctx, path, how)
		if err == nil {
			err = file.Close()
		}
		return err
	}
	for _, tt := range []struct {
		held, asked filelock.How
		together    bool
	}{
		{filelock.Shared, filelock.Shared, true}, {filelock.Shared, filelock.Exclusive, false},
		{filelock.Exclusive, filelock.Shared, false}, {filelock.Exclusive, filelock.Exclusive, false},
	} {
		file, err := filelock.Wait(t.Context(), path, tt.held)
		if err != nil {
			t.Fatal(err)
		}
		if err := within(tt.asked); (err == nil) != tt.together || err != nil && !errors.Is(err, filelock.ErrLocked) {
			t.Errorf("%v beside %v: %v", tt.asked, tt.held, err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if err := within(tt.asked); err != nil {
			t.Errorf("%v after %v was given up: %v", tt.asked, tt.held, err)
		}
	}
	if _, err := filelock.Wait(t.Context(), filepath.Join(path, "below a file"), filelock.Shared); err == nil ||
		errors.Is(err, filelock.ErrLocked) {
		t.Errorf("a path that cannot be: %v", err)
	}
}

func TestWhoWaitsForALockGetsItWhenItIsGivenUp(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.lock")
	file, err := filelock.Wait(t.Context(), path, filelock.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		second, err := filelock.Wait(t.Context(), path, filelock.Exclusive)
		if err == nil {
			err = second.Close()
		}
		got <- err
	}()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
}
