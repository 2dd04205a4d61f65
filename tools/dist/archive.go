package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// checksumsName is the file of checksums, in the form that sha256sum -c reads.
const checksumsName = "SHA256SUMS"

// file is one file of an archive.
type file struct {
	name, from string
	executable bool
}

func (f file) mode() os.FileMode {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// tarball packs files below a folder. Owners, times and rights of this machine do not show.
func tarball(w io.Writer, folder string, files []file, date time.Time) error {
	zipper, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	pack := tar.NewWriter(zipper)
	for _, f := range files {
		content, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		err = pack.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: folder + "/" + f.name,
			Size: int64(len(content)),
			Mode: int64(f.mode()), ModTime: date, Format: tar.FormatPAX})
		if err != nil {
			return err
		}
		if _, err := pack.Write(content); err != nil {
			return err
		}
	}
	return errors.Join(pack.Close(), zipper.Close())
}

// zipped packs files likewise, for Windows.
func zipped(w io.Writer, folder string, files []file, date time.Time) error {
	pack := zip.NewWriter(w)
	for _, f := range files {
		content, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: folder + "/" + f.name, Method: zip.Deflate, Modified: date}
		header.SetMode(f.mode())
		into, err := pack.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := into.Write(content); err != nil {
			return err
		}
	}
	return pack.Close()
}

// checksums writes the checksums of everything in a folder.
func checksums(dir string) error {
	entries, err := os.ReadDir(dir) // in the order of their names
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, entry := range entries {
		if entry.IsDir() || entry.Name() == checksumsName {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		fmt.Fprintf(&lines, "%s  %s\n", hex.EncodeToString(sum[:]), entry.Name())
	}
	return os.WriteFile(filepath.Join(dir, checksumsName), []byte(lines.String()), 0o644)
}
