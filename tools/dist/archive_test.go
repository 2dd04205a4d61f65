package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheSameFilesGiveTheSameArchive(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	made := func(pack func(io.Writer, string, []file, time.Time) error, age time.Duration) []byte {
		dir := t.TempDir()
		files := []file{{name: "waybill", executable: true}, {name: "man/man1/waybill.1"}}
		for i := range files {
			files[i].from = filepath.Join(dir, filepath.Base(files[i].name))
			if err := os.WriteFile(files[i].from, []byte(files[i].name), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(files[i].from, date, date.Add(age)); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := pack(&out, "waybill_1", files, date); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for name, pack := range map[string]func(io.Writer, string, []file, time.Time) error{"tar": tarball, "zip": zipped} {
		if !bytes.Equal(made(pack, 0), made(pack, time.Hour)) {
			t.Errorf("%s: two archives differ", name)
		}
	}
	zipper, err := gzip.NewReader(bytes.NewReader(made(tarball, 0)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for r := tar.NewReader(zipper); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name] = header.Mode
	}
	if found["waybill_1/waybill"] != 0o755 || found["waybill_1/man/man1/waybill.1"] != 0o644 {
		t.Errorf("%v", found)
	}
	raw := made(zipped, 0)
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(r.File) != 2 || r.File[0].Mode().Perm() != 0o755 {
		t.Errorf("%v", err)
	}
}

func TestChecksumsNameEveryFileAndNotThemselves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b.zip", "a.tar.gz"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := checksums(dir); err != nil {
			t.Fatal(err)
		}
	}
	const x = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
	text, err := os.ReadFile(filepath.Join(dir, checksumsName))
	if want := x + "  a.tar.gz\n" + x + "  b.zip\n"; err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, strings.TrimSpace(string(text)))
	}
}
