package verdict

import "fmt"

// Shops says how all shops stand, in one sentence: of one shop what there is to say of it, of several how many are not
// well and the most urgent.
func Shops(all []Verdict) Verdict {
	if len(all) == 0 {
		return idle("No shop", "No shop is connected yet.", You, "Connect the first one.")
	}
	if len(all) == 1 {
		return all[0]
	}
	worst := all[0]
	of := map[Colour]int{}
	for _, v := range all {
		of[v.Colour]++
		if Before(v, worst) {
			worst = v
		}
	}
	shops := counted(len(all), "shop", "shops")
	switch {
	case of[Act] == 1:
		return act(worst.Word, fmt.Sprintf("1 of %s needs you. %s", shops, worst.Says), worst.Who, worst.Fix)
	case of[Act] > 1:
		v := act(worst.Word, fmt.Sprintf("%d of %s need you. First: %s", of[Act], shops, worst.Says), worst.Who,
			worst.Fix)
		if same := sameFix(all, worst); same > 1 {
			v.Detail = fmt.Sprintf("The same step mends %d of them.", same)
		}
		return v
	case of[Heals] > 0:
		return heals(worst.Word, fmt.Sprintf("%d of %s %s not as usual, and %s. %s", of[Heals], shops,
			verb(of[Heals], "is", "are"), verb(of[Heals], "heals by itself", "heal by themselves"), worst.Says), worst.Fix)
	case of[Idle] > 0:
		return well(OnTime, fmt.Sprintf("All is well: %s on time, %d paused.",
			counted(of[Good], "shop is", "shops are"), of[Idle]))
	}
	return well(OnTime, fmt.Sprintf("All is well: all %s are on time.", shops))
}

// sameFix counts those that the step of one mends.
func sameFix(all []Verdict, one Verdict) (n int) {
	for _, v := range all {
		if v.Colour == one.Colour && v.Fix == one.Fix {
			n++
		}
	}
	return n
}
