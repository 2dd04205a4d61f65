package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// mirrorStore copies a store and prints what that cost this process.
func mirrorStore(ctx context.Context, o options) error {
	data := filepath.Join(o.dir, "data")
	cfg, err := config.Load(config.Sources{Flags: settings(data, o.database)})
	if err != nil {
		return err
	}
	s, err := service.Open(ctx, service.Options{Config: cfg})
	if err != nil {
		return err
	}
	defer s.Close()
	connected, err := s.Connect(ctx, stores.Connection{URL: o.address, Key: "ck_" + strings.Repeat("0", 40),
		Secret: "cs_" + strings.Repeat("0", 40)})
	if err != nil {
		return err
	}
	heap := watchHeap()
	var mu sync.Mutex
	m := measured{Orders: o.n}
	began := time.Now()
	first, firstCPU := began, cpu()
	seen := false
	report, err := s.SyncOnce(ctx, connected.Store, func(p mirror.Progress) {
		if p.Resource != storage.Orders || p.Task != mirror.TaskBackfill {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if !seen {
			seen, first, firstCPU = true, time.Now(), cpu()
		}
		m.Wall, m.CPU = time.Since(first), cpu()-firstCPU
	})
	if err != nil {
		return err
	}
	m.Whole, m.Requests = time.Since(began), report.Requests
	held, err := s.Counts(ctx, connected.Store.ID, storage.Orders)
	if err != nil || held.Live != o.n {
		return fmt.Errorf("the mirror holds %d orders of %d: %w", held.Live, o.n, err)
	}
	again, err := s.SyncOnce(ctx, connected.Store, nil)
	if err != nil {
		return err
	}
	m.SecondRequests, m.SecondChanges = again.Requests, again.Applied.Changes()
	m.PeakHeap, m.Resident = heap(), resident()
	files, err := filepath.Glob(filepath.Join(data, "*"))
	if err != nil {
		return err
	}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			m.Database += info.Size()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}

// settings are the settings of the measured process. The database server is a process of its own, whose time is not
// counted.
func settings(data, database string) map[string]string {
	flags := map[string]string{"data": data, "pace.mode": "full"}
	if database != "" {
		flags["database.url"] = database
	}
	return flags
}

// resident is the most memory the process ever held, in bytes, as Linux tells; 0 elsewhere.
func resident() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseUint(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024
}

// watchHeap samples the heap in use; the function it returns ends that and gives the peak.
func watchHeap() func() uint64 {
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"},
			{Name: "/memory/classes/heap/unused:bytes"}}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		most := uint64(0)
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()+samples[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-peak }
}
