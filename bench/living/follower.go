package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
)

// followerVariable tells a child process that it is one, and where the mirror is.
const followerVariable = "WAYBILL_LIVING_FOLLOWER"

// followAndKill lets processes follow the store and kills them one after the other, until all kills are done and the
// store has stopped changing.
func (t trial) followAndKill(ctx context.Context, changed <-chan error) error {
	chance := rand.New(rand.NewPCG(t.seed, 1))
	still := false
	for n := 0; n < t.kills || !still; n++ {
		child := exec.CommandContext(ctx, os.Args[0])
		child.Env = append(os.Environ(), followerVariable+"="+t.dir)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		alive := time.After(time.Duration(300+chance.Int64N(t.pause.Milliseconds())) * time.Millisecond)
		for waiting := true; waiting; {
			select {
			case err := <-ended:
				return fmt.Errorf("the follower ended by itself: %w", err)
			case err := <-changed:
				if changed, still = nil, true; err != nil {
					return fmt.Errorf("the command that changes the store: %w", err)
				}
			case <-alive:
				waiting = false
			}
		}
		_ = child.Process.Kill()
		<-ended
		fmt.Printf("  killed %d times\n", n+1)
	}
	return nil
}

// keepUp follows the store until this process is killed.
func keepUp(ctx context.Context, dir string) error {
	s, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	st, err := s.Store(ctx, "shop")
	if err != nil {
		return err
	}
	return s.Follow(ctx, []storage.Store{st}, true, nil, func(r follow.Round) {
		if r.Err != nil {
			fmt.Println("  a round failed:", r.Err)
		}
	})
}
