package frame

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// staticPath is where the dashboard's own files are. Behind it stands a sum of the file, so that browsers may keep it
// for good.
const staticPath = "/static/"

// asset is a file as it is sent.
type asset struct {
	kind        string
	plain, gzip []byte
}

// assets are the files by the name that they have in addresses; names lead from their own names there.
var assets = sync.OnceValues(func() (all map[string]asset, names map[string]string) {
	all, names = map[string]asset{}, map[string]string{}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		panic(err) // they are part of the program
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml"}
	for _, e := range entries {
		kind, known := kinds[path.Ext(e.Name())]
		if !known {
			continue
		}
		text, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is one that there is
		_, _ = w.Write(text)                                       // a buffer takes everything
		_ = w.Close()
		sum := sha256.Sum256(text)
		name := hex.EncodeToString(sum[:6]) + "-" + e.Name()
		all[name], names[e.Name()] = asset{kind, text, packed.Bytes()}, name
	}
	return all, names
})

// fileOf is the address of a file.
func fileOf(name string) string {
	_, names := assets()
	return staticPath + names[name]
}

func serveStatic(w http.ResponseWriter, r *http.Request) {
	all, _ := assets()
	a, known := all[r.PathValue("file")]
	if !known {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	text := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		text = a.gzip
	}
	_, _ = w.Write(text) // the reader has gone when this fails
}
