package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
)

// trial is one trial of the mirror: the store, the command that changes it, how often the follower is killed.
type trial struct {
	url, dir, change string
	kills            int
	pause            time.Duration
	seed             uint64
}

func main() {
	ctx := context.Background()
	if dir := os.Getenv(followerVariable); dir != "" {
		if err := keepUp(ctx, dir); err != nil {
			fmt.Fprintln(os.Stderr, "living:", err)
			os.Exit(1)
		}
		return
	}
	var t trial
	flag.StringVar(&t.change, "change", "", "command that changes the store and ends by itself")
	flag.IntVar(&t.kills, "kills", 10, "how often the process that follows is killed")
	flag.DurationVar(&t.pause, "pause", 5*time.Second, "the longest time between two kills")
	flag.StringVar(&t.dir, "data", "", "directory to keep the mirror in; empty: one that is removed")
	flag.Uint64Var(&t.seed, "seed", 1, "seed of the moments of the kills")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	t.url = flag.Arg(0)
	wrong, err := t.run(ctx)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "living:", err)
		os.Exit(1)
	case wrong:
		os.Exit(10)
	}
}

func (t trial) run(ctx context.Context) (wrong bool, err error) {
	if t.dir == "" {
		if t.dir, err = os.MkdirTemp("", "living"); err != nil {
			return false, err
		}
		defer os.RemoveAll(t.dir)
	}
	s, err := open(ctx, t.dir)
	if err != nil {
		return false, err
	}
	_, err = s.Connect(ctx, stores.Connection{URL: t.url, Name: "shop", Key: os.Getenv("WAYBILL_KEY"),
		Secret: os.Getenv("WAYBILL_SECRET")})
	if err = errors.Join(err, s.Close()); err != nil {
		return false, err
	}
	change := exec.CommandContext(ctx, "sh", "-c", t.change)
	change.Stdout, change.Stderr = os.Stdout, os.Stderr
	if err := change.Start(); err != nil {
		return false, err
	}
	changed := make(chan error, 1)
	go func() { changed <- change.Wait() }()
	if err := t.followAndKill(ctx, changed); err != nil {
		return false, err
	}
	return t.prove(ctx)
}

// prove brings the mirror up to date in a process that nobody kills, and says whether it is not what it should be.
func (t trial) prove(ctx context.Context) (wrong bool, err error) {
	s, err := open(ctx, t.dir)
	if err != nil {
		return false, err
	}
	defer s.Close()
	st, err := s.Store(ctx, "shop")
	if err != nil {
		return false, err
	}
	synced, err := s.SyncOnce(ctx, st, nil)
	if err != nil {
		return false, err
	}
	report, err := s.Verify(ctx, st, mirror.VerifyOptions{}, nil)
	if err != nil {
		return false, err
	}
	fmt.Printf("last sync: %d changes, %d requests; verify: %d records compared, equal: %v\n",
		synced.Applied.Changes(), synced.Requests, report.Records(), report.Equal())
	for _, one := range report.Resources {
		fmt.Printf("  %-20s %6d on the store, %d different, %d only there, %d only here, %d in no list, %d unseen %s\n",
			one.Resource, one.Store, one.Different, one.OnlyStore, one.OnlyMirror, one.Hidden, one.Unseen, one.Skipped)
	}
	for _, d := range report.Differences {
		fmt.Printf("  %s %s %v\n", d.Ref, d.Found, d.Fields)
	}
	for _, note := range report.Notes {
		fmt.Println("  note:", note)
	}
	apart, changes, err := replay(ctx, s, st.ID)
	if err != nil {
		return false, err
	}
	fmt.Printf("log: %d changes replayed, %d records end otherwise than the mirror holds them\n", changes, apart)
	return !report.Equal() || apart > 0, nil
}

func open(ctx context.Context, dir string) (*service.Service, error) {
	cfg, err := config.Load(config.Sources{Flags: map[string]string{"data": dir}})
	if err != nil {
		return nil, err
	}
	return service.Open(ctx, service.Options{Config: cfg})
}
