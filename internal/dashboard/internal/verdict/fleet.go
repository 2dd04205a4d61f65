package verdict

import "fmt"

// Shops says how all shops stand, in one sentence: of one shop what there is to say of it, of several how many are not
// well and the most urgent.
func Shops(all []Verdict) Verdict {
	if len(all) == 0 {
		return Verdict{Idle, "No shop", "No shop is connected yet.", You, "Connect the first one."}
	}
	if len(all) == 1 {
		return all[0]
	}
	worst, acts, heals, paused := all[0], 0, 0, 0
	same := 0
	for _, v := range all {
		if More(v.Colour, worst.Colour) {
			worst = v
		}
		switch v.Colour {
		case Act:
			acts++
		case Heals:
			heals++
		case Idle:
			paused++
		case Good:
		}
	}
	for _, v := range all {
		if v.Colour == worst.Colour && v.Fix == worst.Fix {
			same++
		}
	}
	switch {
	case acts == 1:
		return Verdict{Act, Waits, fmt.Sprintf("1 of %s needs you. %s", counted(len(all), "shop", "shops"), worst.Says),
			worst.Who, worst.Fix}
	case acts > 1:
		v := Verdict{Act, Waits, fmt.Sprintf("%d of %s need you. First: %s", acts, counted(len(all), "shop", "shops"),
			worst.Says), worst.Who, worst.Fix}
		if same > 1 {
			v.Fix += fmt.Sprintf(" (The same step mends %d of them.)", same)
		}
		return v
	case heals > 0:
		return Verdict{Heals, Late, fmt.Sprintf("%d of %s %s not as usual, and heal by themselves. %s", heals,
			counted(len(all), "shop", "shops"), verb(heals, "is", "are"), worst.Says), "", worst.Fix}
	case paused > 0:
		return Verdict{Good, OnTime, fmt.Sprintf("All is well: %s on time, %d paused.",
			counted(len(all)-paused, "shop is", "shops are"), paused), "", ""}
	}
	return Verdict{Good, OnTime, fmt.Sprintf("All is well: all %s are on time.", counted(len(all), "shop", "shops")),
		"", ""}
}
