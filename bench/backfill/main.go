package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// options are the flags. The two processes the command starts are itself, with -part.
type options struct {
	sizes, bodies, dir      string
	part, address, database string
	n                       int
}

func main() {
	var o options
	flag.StringVar(&o.sizes, "sizes", "10000,100000", "numbers of orders to mirror, one after the other")
	flag.StringVar(&o.bodies, "bodies", "internal/mirror/testdata/store/orders.jsonl",
		"recorded orders, one a line, that the store's are made of")
	flag.StringVar(&o.dir, "dir", "", "folder for the mirrors; a temporary one when empty")
	flag.StringVar(&o.database, "database", "",
		"an empty PostgreSQL database to measure besides the file, for each size anew: "+
			"a %d in the address stands for the size")
	flag.StringVar(&o.part, "part", "", "internal: store or mirror")
	flag.StringVar(&o.address, "address", "", "internal: the store to mirror")
	flag.IntVar(&o.n, "n", 0, "internal: how many orders")
	flag.Parse()
	var err error
	switch o.part {
	case "store":
		err = play(o)
	case "mirror":
		err = mirrorStore(context.Background(), o)
	default:
		err = run(context.Background(), o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "backfill:", err)
		os.Exit(1)
	}
}

// measured is the cost of mirroring one store.
type measured struct {
	Orders   int           `json:"orders"`
	Wall     time.Duration `json:"wall"` // from the first order asked for to the last one stored
	CPU      time.Duration `json:"cpu"`  // of the mirroring process, over the same time
	Whole    time.Duration `json:"whole"`
	Requests int64         `json:"requests"`
	PeakHeap uint64        `json:"peak_heap"`
	Resident uint64        `json:"resident"`
	Database int64         `json:"database"`
	// Second is the sync of the unchanged store afterwards.
	SecondRequests int64 `json:"second_requests"`
	SecondChanges  int   `json:"second_changes"`
}

func run(ctx context.Context, o options) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Printf("%d cores, %s, %s/%s\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(table, "database\torders\torders/s\torders per CPU second\tms of CPU per 100 orders\trequests\t"+
		"per 100 "+
		"orders\tpeak heap MB\tresident MB\tdatabase MB\tsecond sync\t")
	for _, size := range strings.Split(o.sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(size))
		if err != nil {
			return err
		}
		if err := row(ctx, table, o, "sqlite", n); err != nil {
			return err
		}
		if o.database != "" {
			if err := row(ctx, table, o, "postgres", n); err != nil {
				return err
			}
		}
	}
	return table.Flush()
}

// row measures one size on one database and prints it.
func row(ctx context.Context, table io.Writer, o options, database string, n int) error {
	if o.database = strings.ReplaceAll(o.database, "%d", strconv.Itoa(n)); database == "sqlite" {
		o.database = ""
	}
	m, err := measure(ctx, o, n)
	if err != nil {
		return err
	}
	fmt.Fprintf(table, "%s\t%d\t%.0f\t%.0f\t%.1f\t%d\t%.2f\t%.1f\t%.0f\t%.0f\t%d requests, %d changes\t\n", database,
		m.Orders, float64(m.Orders)/m.Wall.Seconds(), float64(m.Orders)/m.CPU.Seconds(),
		m.CPU.Seconds()*1000*100/float64(m.Orders),
		m.Requests, float64(m.Requests)*100/float64(m.Orders), float64(m.PeakHeap)/1e6, float64(m.Resident)/1e6,
		float64(m.Database)/1e6, m.SecondRequests, m.SecondChanges)
	return nil
}

// measure starts the store and the process that mirrors it, and waits for both.
func measure(ctx context.Context, o options, n int) (measured, error) {
	var m measured
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	dir, err := os.MkdirTemp(o.dir, "backfill")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	store := exec.CommandContext(ctx, self, "-part", "store", "-n", strconv.Itoa(n), "-bodies", o.bodies, "-dir", dir)
	store.Stderr = os.Stderr
	said, err := store.StdoutPipe()
	if err != nil {
		return m, err
	}
	if err := store.Start(); err != nil {
		return m, err
	}
	defer func() { cancel(); _ = store.Wait() }()
	lines := bufio.NewScanner(said)
	if !lines.Scan() {
		return m, errors.New("the store did not start")
	}
	mirror := exec.CommandContext(ctx, self, "-part", "mirror", "-n", strconv.Itoa(n), "-address", lines.Text(), "-dir",
		dir, "-database", o.database)
	mirror.Env = append(os.Environ(), "SSL_CERT_FILE="+filepath.Join(dir, certificateFile))
	mirror.Stderr = os.Stderr
	out, err := mirror.Output()
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}
