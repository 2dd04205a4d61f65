package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/waybillhq/waybill/tools/house"
	"github.com/waybillhq/waybill/tools/house/picture"
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
	if err != nil {
		return err
	}
	if err := os.WriteFile(page, []byte(drawn), 0o644); err != nil {
		return err
	}
	svg := picture.SVG(picture.Plan(rooms))
	return os.WriteFile(filepath.Join(root, "docs", "images", "house.svg"), []byte(svg), 0o644)
}
