package shipping

import (
	"cmp"
	"html"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

func newZoneTable() *core.Table[*Zone] { return core.NewTable[*Zone]() }

// restOfWorld is zone 0, for every place that no other zone covers. It always exists, and has no row in the database.
var restOfWorld = &Zone{Name: "Locations not covered by your other zones"}

// zone finds a zone by its number.
func (s *Store) zone(id int64) (*Zone, bool) {
	if id == 0 {
		return restOfWorld, true
	}
	return s.Zones.Get(id)
}

// zones are all zones in the order in which WooCommerce matches an address, without the rest of the world.
func (s *Store) zones() []*Zone {
	zones := slices.Collect(s.Zones.All())
	slices.SortStableFunc(zones, func(a, b *Zone) int { return cmp.Compare(a.Order, b.Order) })
	return zones
}

// longestZoneName is the width of the column.
const longestZoneName = 200

// saveZone writes a zone; a zone without an id is new. A zone without a name is named after its places. A name too long
// for its column is not saved: a new zone keeps the id 0 then.
func (s *Store) saveZone(zone Zone) Zone {
	if !rest.Truthy(zone.Name) {
		zone.Name = s.describeZone(&zone)
	}
	if len([]rune(zone.Name)) > longestZoneName {
		return zone
	}
	if stored, ok := s.Zones.Get(zone.ID); ok {
		*stored = zone
		return zone
	}
	zone.ID = s.IDs.Zone.Next()
	s.Zones.Insert(&zone)
	return zone
}

// describeZone lists up to ten places of a zone by their names: continents, countries, states, then postcodes. A code
// that WooCommerce does not know has no name and leaves a gap between two commas.
func (s *Store) describeZone(z *Zone) string {
	const most = 10
	names := s.placeNames(z)
	switch {
	case len(names) == 0:
		return "Everywhere"
	case len(names) > most+1:
		return strings.Join(names[:most], ", ") + " and " + core.Itoa(int64(len(names)-most)) + " other regions"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + " and 1 other region"
	}
	if joined := strings.Join(names, ", "); joined != "" {
		return joined
	}
	return "Zone"
}

func (s *Store) placeNames(z *Zone) []string {
	var names []string
	for _, kind := range []string{"continent", "country", "state", "postcode"} {
		for _, location := range z.Locations {
			if location.Type == kind {
				names = append(names, html.UnescapeString(s.locationName(location)))
			}
		}
	}
	return names
}

func (s *Store) locationName(l ZoneLocation) string {
	switch l.Type {
	case "continent":
		continent, _ := core.ContinentByCode(l.Code)
		return continent.Name
	case "country":
		if country, ok := s.CountryByCode(l.Code); ok {
			return country.Name
		}
		return ""
	case "state":
		code, state, _ := strings.Cut(l.Code, ":")
		country, _ := s.CountryByCode(code)
		return country.StateName(state)
	}
	return l.Code
}
