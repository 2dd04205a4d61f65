package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/tools/house"
)

func pkg(room string, knows ...string) house.Package {
	p := house.Package{ImportPath: house.Module + "/" + room, Imports: []string{"fmt"}}
	for _, k := range knows {
		p.Imports = append(p.Imports, house.Module+"/"+k)
	}
	return p
}

var small = []house.Package{
	pkg("cmd/waybill", "cmd/waybill/internal/terminal", "internal/service", "woo"),
	pkg("cmd/waybill/internal/terminal"),
	pkg("internal/service", "internal/mirror", "woo"), pkg("internal/mirror", "woo", "internal/mirror/internal/sweep"),
	pkg("internal/mirror/internal/sweep"), pkg("woo"), pkg("tools/house"),
}

func TestRoomsBelowInternalStandInTheirBox(t *testing.T) {
	t.Parallel()
	var names []string
	for _, b := range Plan(small) {
		names = append(names, b.Name+" "+strings.Join(b.Inside, ","))
	}
	if want := []string{"cmd/waybill terminal", "internal/mirror sweep", "internal/service ",
		"woo "}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	for room, want := range map[string][2]string{
		"sandbox/internal/shop/internal/orders": {"sandbox", "shop/orders"},
		"internal/storage/sqlite":               {"internal/storage/sqlite", ""},
	} {
		if box, within := split(room); box != want[0] || within != want[1] {
			t.Errorf("%s is %q within %q, want %q", room, within, box, want)
		}
	}
}

func TestRoomsInsideARoomStandBehindItsName(t *testing.T) {
	t.Parallel()
	got := linesOf([]string{"fault", "shop", "shop/core", "shop/orders", "wptext"})
	if want := []string{"fault · wptext", "shop: core · orders"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestABoxStandsAboveWhatItKnowsAndShowsTheNearestOnly(t *testing.T) {
	t.Parallel()
	boxes := Plan(small)
	if b := boxes[0]; b.Floor != 3 || !slices.Equal(b.Knows, []string{"internal/service"}) {
		t.Errorf("cmd/waybill: %+v", b)
	}
	if b := boxes[2]; b.Floor != 2 || !slices.Equal(b.Knows, []string{"internal/mirror"}) {
		t.Errorf("internal/service: %+v", b)
	}
}

func TestNoTwoBoxesOverlap(t *testing.T) {
	t.Parallel()
	packages, err := house.Packages(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, floor := range layOut(Plan(packages)).floors {
		for i := 1; i < len(floor); i++ {
			if a, b := floor[i-1], floor[i]; a.x+a.width > b.x {
				t.Errorf("%s and %s overlap", nameOf(a), nameOf(b))
			}
		}
	}
}

func TestThePictureIsXMLAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	svg := SVG(Plan(small))
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		if SVG(Plan(small)) != svg {
			t.Fatal("drawn twice, two pictures")
		}
	}
	for _, want := range []string{"cmd/waybill", "terminal", "internal/service knows internal/mirror",
		"prefers-color-scheme: dark"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
