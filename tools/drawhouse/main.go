package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/waybillhq/waybill/tools/house"
)

func main() {
	root := flag.String("root", ".", "the folder of the project")
	flag.Parse()
	if err := draw(context.Background(), *root); err != nil {
		fmt.Fprintln(os.Stderr, "drawhouse:", err)
		os.Exit(1)
	}
}

func draw(ctx context.Context, root string) error {
	rooms, err := house.Packages(ctx, root)
	if err != nil {
		return err
	}
	page := filepath.Join(root, "docs", "ARCHITECTURE.md")
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	drawn, err := house.Between(string(text), house.Table(rooms))
	if err != nil || bytes.Equal(text, []byte(drawn)) {
		return err
	}
	return os.WriteFile(page, []byte(drawn), 0o644)
}
