package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a running PostgreSQL.
type server struct {
	dir string // holds the cluster and the socket
	// command makes the command that starts the server. running is the process that was started last.
	command func() *exec.Cmd
	running *exec.Cmd
	// hold is the end of a pipe: closing it ends the server. The shared server's pipe closes with the test binary.
	hold *os.File
	// making lets one database be made at a time, because PostgreSQL locks the template.
	making sync.Mutex
	made   int
}

// shared is the server of this test binary.
var shared = sync.OnceValues(start)

var errMissing = errors.New("PostgreSQL is not installed (initdb and postgres are not found)")

// Need ends the test when PostgreSQL is not installed: it skips the test with a message, or fails it when
// WAYBILL_TEST_ALL is set. It starts no server.
func Need(t testing.TB) {
	t.Helper()
	if _, err := find(); err != nil && os.Getenv("WAYBILL_TEST_ALL") == "" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
}

// running returns the server, or ends the test.
func running(t testing.TB) *server {
	t.Helper()
	Need(t)
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func start() (*server, error) {
	programs, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(memory(), "waybill-postgres-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	owner, err := unprivileged(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	initdb := program(filepath.Join(programs, "initdb"), "--pgdata", data, "--username", userName,
		"--auth", "trust", "--no-sync", "--no-instructions", "--encoding", "UTF8", "--locale", "C")
	if err := run(initdb, owner, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.command = func() *exec.Cmd {
		postgres := program(filepath.Join(programs, "postgres"), slices.Concat([]string{"-D", data}, settings(dir))...)
		postgres.Dir, postgres.SysProcAttr = dir, detached(owner)
		return postgres
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.waitReady()
}

// program is a command that no context ends: the server lives as long as the tests.
func program(name string, args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), name, args...)
}

const userName = "waybill"

// settings make the server fast and private. Its data need not survive a power cut.
func settings(dir string) []string {
	var args []string
	for _, setting := range []string{
		"listen_addresses=", "unix_socket_directories=" + dir, "max_connections=400", "shared_buffers=64MB",
		"fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=512MB",
		"autovacuum=off", "jit=off", "log_min_messages=fatal", "dynamic_shared_memory_type=mmap",
	} {
		args = append(args, "-c", setting)
	}
	return args
}

// find returns the folder with PostgreSQL's programs: the one in the path, or Debian's.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errMissing
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func run(cmd *exec.Cmd, as *credential, dir string) error {
	cmd.Dir, cmd.SysProcAttr = dir, detached(as)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, said)
	}
	return nil
}

// launch starts the server, and a shell that ends the server. The shell reads from a pipe until this process is gone,
// however it ends. Then it stops the server and removes its directory.
func (s *server) launch() error {
	if err := s.startServer(); err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return errors.Join(err, s.running.Process.Kill())
	}
	const end = `cat >/dev/null; pid=$(head -n 1 "$1/data/postmaster.pid"); kill -QUIT "$pid"; n=0
		while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done; rm -rf "$1"`
	keeper := program("/bin/sh", "-c", end, "sh", s.dir)
	keeper.Stdin = read
	// The shell runs in a group of its own, so that an interrupt from the keyboard reaches only the tests.
	keeper.SysProcAttr = detached(nil)
	if err := keeper.Start(); err != nil {
		return errors.Join(err, s.running.Process.Kill())
	}
	s.hold = write
	return read.Close()
}

func (s *server) startServer() error {
	// The output goes into a file, so that no goroutine copies it: some tests count goroutines.
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.running = s.command()
	s.running.Stderr = log
	return s.running.Start()
}

// waitReady returns when the server answers.
func (s *server) waitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL for tests does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// url is the address of one database on the server.
func (s *server) url(database string) string {
	return "postgres://" + userName + "@/" + database + "?host=" + s.dir
}
