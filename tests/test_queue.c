/* Exact formulas of queues, beside what other programs and printed tables say. What is called
 * mpmath's is computed from the definitions by mpmath 1.2.1 with 60 digits or more: Erlang's B and
 * C by the sum of a^k / k!, waits of M/D/1 by Erlang's alternating sum of 1909, chains by their
 * product form, roots by halving. */
#include "sim/stats/queue.h"

#include <criterion/criterion.h>
#include <math.h>

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void expect_near(double got, double wanted, double relative, const char *what, size_t row)
{
	cr_expect(got == wanted || fabs(got - wanted) <= relative * fabs(wanted),
		  "row %zu: %s is %.17g, wanted %.17g", row, what, got, wanted);
}

/* ---- many servers */

/* Servers, load; B, C, mean wait, 95th percentile of waits, 99th percentile of stays: mpmath. */
static const struct {
	double servers, load, b, c, wait, wait_p95, stay_p99;
} mmc[] = {
	{1, 0.01, 0.009900990099009901, 0.01, 0.010101010101010102, 0.0, 4.651687056553627},
	{1, 0.5, 0.3333333333333333, 0.5, 1.0, 4.60517018598809, 9.210340371976182},
	{1, 0.999, 0.49974987493746875, 0.999, 998.9999999999991, 2994.7317732204037,
	 4605.170185988087},
	{2, 0.25, 0.024390243902439025, 0.027777777777777776, 0.015873015873015872, 0.0,
	 4.640437320958482},
	{2, 1, 0.2, 0.3333333333333333, 0.3333333333333333, 1.8971199848858804, 5.6659606837929966},
	{2, 1.5, 0.3103448275862069, 0.6428571428571429, 1.2857142857142858, 5.107799042549901,
	 9.709503441786978},
	{3, 0.3, 0.003334568358651352, 0.0037037037037037034, 0.0013717421124828531, 0.0,
	 4.607345603154649},
	{3, 2, 0.21052631578947367, 0.4444444444444444, 0.4444444444444444, 2.184802057337661,
	 5.891174416603238},
	{3, 2.9999, 0.3461418637431719, 0.999937037668048, 9999.370376659377, 29956.693092335056,
	 46052.072266645424},
	{4, 3, 0.20610687022900764, 0.5094339622641509, 0.5094339622641509, 2.321277226006197,
	 6.006308176561793},
	{5, 1.361, 0.010005724143017588, 0.013696648153114412, 0.003763849451254304, 0.0,
	 4.610346827281592},
	{5, 4.5, 0.24302100181497166, 0.7624932207329356, 1.5249864414658711, 5.4491412243436885,
	 10.049781166055704},
	{7, 6, 0.18505473584007615, 0.6138301231449321, 0.6138301231449321, 2.5076952120357348,
	 6.171311574757497},
	{8, 6.5, 0.1501001778462243, 0.4850446800064315, 0.32336312000428763, 1.514812003327205,
	 5.246869449519576},
	{10, 5, 0.018384570336648132, 0.03610535915832019, 0.007221071831664037, 0.0,
	 4.6141560317785055},
	{10, 9.5, 0.19137915830131796, 0.8255855781256987, 1.6511711562513973, 5.608139841582155,
	 10.208515979533793},
	{16, 15, 0.14460212338658424, 0.7300759610864087, 0.7300759610864087, 2.6811255795835622,
	 6.332008315281476},
	{20, 12, 0.009795639420064079, 0.02413447956110299, 0.003016809945137874, 0.0,
	 4.608612038805707},
	{20, 18, 0.10921284587252247, 0.5507690048161176, 0.2753845024080588, 1.1996462434074289,
	 5.041623008357855},
	{50, 45, 0.05410447216462617, 0.3638644672069884, 0.07277289344139767, 0.39695169000676866,
	 4.692233834757827},
	{64, 60, 0.06036273820423571, 0.5068662709757633, 0.12671656774394083, 0.5790560495092606,
	 4.761280645236587},
	{100, 90, 0.026957380464359214, 0.2169404809063664, 0.021694048090636638,
	 0.14676000289527702, 4.6289887561082494},
	{100, 99.9, 0.07512795273768492, 0.9878390835596508, 9.87839083559707, 29.83496808163945,
	 46.98295236255963},
	{500, 480, 0.014325780722426129, 0.26651251996236414, 0.013325625998118207,
	 0.0836699108147571, 4.619099693105872},
	{1000, 990, 0.018965776430814613, 0.6590804218808545, 0.06590804218808545,
	 0.2578822557866563, 4.675844057922749},
	{10000, 9900, 0.0028581267388565865, 0.22277692886414824, 0.0022277692886414823,
	 0.014941479463841723, 4.607417929926616},
	{100000, 99500, 0.00038144239405902956, 0.0709061993551133, 0.00014181239871022662,
	 0.0006986697246006725, 4.60531227248522},
	{1000000, 999000, 0.0002874213757768679, 0.22330339029134408, 0.00022330339029134408,
	 0.001496508335977784, 4.60539368792688},
};

Test(queue, many_servers_wait_as_erlang_says)
{
	for (size_t i = 0; i < COUNT(mmc); i++) {
		double c = mmc[i].servers, load = mmc[i].load;
		struct queue_means m = queue_mmc(c, load);
		expect_near(queue_erlang_b(c, load), mmc[i].b, 1e-12, "B", i);
		expect_near(queue_erlang_c(c, load), mmc[i].c, 1e-12, "C", i);
		expect_near(m.wait, mmc[i].wait, 1e-12, "the wait", i);
		expect_near(m.stay, mmc[i].wait + 1, 1e-12, "the stay", i);
		expect_near(m.waiting, mmc[i].wait * load, 1e-12, "the number waiting", i);
		expect_near(m.present, mmc[i].wait * load + load, 1e-12, "the number present", i);
		expect_near(queue_mmc_wait_quantile(c, load, 0.95), mmc[i].wait_p95, 1e-11,
			    "the 95th percentile of waits", i);
		expect_near(queue_mmc_stay_quantile(c, load, 0.99), mmc[i].stay_p99, 1e-12,
			    "the 99th percentile of stays", i);
	}
}

/* Servers, load, t; P(wait > t), P(stay > t): mpmath. */
static const struct {
	double servers, load, t, wait, stay;
} above[] = {
	{1, 0.5, 1, 0.3032653298563167, 0.6065306597126334},
	{1, 0.9, 20, 0.12180175491295148, 0.13533528323661276},
	{2, 1, 0.5, 0.20217688657087782, 0.7076191029980723},
	{2, 1, 3, 0.01659568945595465, 0.09957413673572789},
	{2, 1.9, 10, 0.3405243032381809, 0.3783590434860198},
	{3, 2, 0, 0.4444444444444444, 1.0},
	{3, 2, 1, 0.16350197385397436, 0.5313814150254167},
	{3, 2.5, 2, 0.2583423041934286, 0.46194224662822736},
	{4, 3, 1, 0.1874102813514895, 0.5552897225229319},
	{4, 3, 30, 4.7670909463902776e-14, 1.523703513605485e-12},
	{4, 3.5, 5, 0.06056732688874647, 0.11792926288794645},
	{8, 6.5, 0.5, 0.2291188834200066, 0.7366818323814283},
	{8, 7, 2, 0.08598067317804947, 0.30729662959271165},
	{10, 9, 1, 0.24601257938246648, 0.6138920205539088},
	{10, 9, 7, 0.0006098042166315941, 0.005180511481975675},
	{16, 15, 0.25, 0.5685837301957036, 0.9209467156203308},
	{16, 15.5, 4, 0.11625297220170343, 0.21935532545210987},
	{64, 60, 0.1, 0.3397626220943865, 0.9444603999775724},
	{64, 63, 1, 0.3147803150306669, 0.6826597562021092},
	{100, 99, 3, 0.04395045380096242, 0.1816384297707512},
	{1000, 999, 2, 0.1300895875655255, 0.3955144583676637},
	{3, 2.00000001, 1, 0.16350197721484827, 0.5313814175687808},
};

Test(queue, long_waits_and_stays_are_as_rare_as_they_should)
{
	for (size_t i = 0; i < COUNT(above); i++) {
		double c = above[i].servers, load = above[i].load, t = above[i].t;
		expect_near(queue_mmc_wait_above(c, load, t), above[i].wait, 1e-12, "P(wait)", i);
		expect_near(queue_mmc_stay_above(c, load, t), above[i].stay, 1e-12, "P(stay)", i);
	}
}

Test(queue, quantiles_are_exceeded_as_often_as_they_say)
{
	const double p[] = {0.001, 0.5, 0.9, 0.999, 1 - 1e-9};
	for (size_t i = 0; i < COUNT(mmc); i++)
		for (size_t j = 0; j < COUNT(p); j++) {
			double c = mmc[i].servers, load = mmc[i].load;
			double wait = queue_mmc_wait_quantile(c, load, p[j]);
			double stay = queue_mmc_stay_quantile(c, load, p[j]);
			expect_near(queue_mmc_stay_above(c, load, stay), 1 - p[j], 1e-11, "stay",
				    i);
			if (wait > 0)
				expect_near(queue_mmc_wait_above(c, load, wait), 1 - p[j], 1e-11,
					    "wait", i);
			else
				cr_expect_leq(mmc[i].c, 1 - p[j]);
		}
}

/* Printed Erlang B tables: the load at which one call in a hundred is lost, cut to its digits. */
static const struct {
	double trunks, load, digit;
} one_percent[] = {
	{1, 0.0101, 1e-4}, {2, 0.153, 1e-3}, {3, 0.455, 1e-3}, {4, 0.869, 1e-3},  {5, 1.36, 1e-2},
	{6, 1.91, 1e-2},   {7, 2.50, 1e-2},  {8, 3.13, 1e-2},  {9, 3.78, 1e-2},	  {10, 4.46, 1e-2},
	{11, 5.16, 1e-2},  {12, 5.88, 1e-2}, {13, 6.61, 1e-2}, {14, 7.35, 1e-2},  {15, 8.11, 1e-2},
	{16, 8.88, 1e-2},  {17, 9.65, 1e-2}, {18, 10.4, 1e-1}, {19, 11.2, 1e-1},  {20, 12.0, 1e-1},
	{30, 20.3, 1e-1},  {40, 29.0, 1e-1}, {50, 37.9, 1e-1}, {100, 84.1, 1e-1},
};

Test(queue, loses_calls_as_printed_tables_say)
{
	for (size_t i = 0; i < COUNT(one_percent); i++) {
		double n = one_percent[i].trunks, a = one_percent[i].load;
		double digit = one_percent[i].digit;
		cr_expect_lt(queue_erlang_b(n, a - digit), 0.01, "row %zu", i);
		cr_expect_gt(queue_erlang_b(n, a + digit), 0.01, "row %zu", i);
	}
}

/* Servers, places, load; empty, refused, present, served: mpmath. */
static const struct {
	double servers, places, load, empty, refused, present, served;
} bounded[] = {
	{1, 1, 0.5, 0.6666666666666666, 0.3333333333333333, 0.3333333333333333, 0.3333333333333333},
	{1, 2, 0.9, 0.36900369003690037, 0.2988929889298893, 0.929889298892989, 0.6309963099630996},
	{1, 3, 1, 0.25, 0.25, 1.5, 0.75},
	{1, 5, 1.5, 0.0481203007518797, 0.36541353383458647, 3.5774436090225565,
	 0.9518796992481203},
	{1, 8, 0.1, 0.9000000009, 9.000000009000004e-09, 0.11111110211111111, 0.0999999991},
	{1, 10, 0.7, 0.3060516409437716, 0.008645201348245042, 2.11143983206171,
	 0.6939483590562284},
	{1, 20, 0.95, 0.0758220964888002, 0.027181154198737005, 8.154719474703928,
	 0.9241779035111998},
	{1, 20, 1.05, 0.02799610712380912, 0.07428200678458015, 11.758364991999837,
	 0.9720038928761909},
	{1, 50, 0.99, 0.02493492026120131, 0.015085778041617476, 22.831906667873344,
	 0.9750650797387987},
	{1, 50, 3, 9.286370460656922e-25, 0.6666666666666666, 49.5, 1.0},
	{1, 100, 1, 0.009900990099009901, 0.009900990099009901, 50.0, 0.9900990099009901},
	{1, 1000, 0.999, 0.00158059716915773, 0.0005811783475052343, 417.8222336731128,
	 0.9984194028308423},
	{1, 10000, 1, 9.999000099990002e-05, 9.999000099990002e-05, 5000.0, 0.9999000099990001},
	{2, 2, 1, 0.4, 0.2, 0.8, 0.8},
	{2, 4, 1.5, 0.19601837672281777, 0.12404287901990811, 1.7274119448698315,
	 1.3139356814701377},
	{3, 7, 2.7, 0.048125567961409904, 0.1035823948500676, 3.5777790955627746,
	 2.4203275339048176},
	{3, 3, 10, 0.004392386530014641, 0.7320644216691069, 2.679355783308931, 2.679355783308931},
	{4, 10, 4, 0.010169491525423728, 0.10847457627118644, 5.84406779661017, 3.5661016949152544},
	{5, 8, 2, 0.13453397431297984, 0.0022960464949415226, 2.0281265695630335,
	 1.995407907010117},
	{8, 20, 9, 2.978493419904909e-05, 0.13069123634770516, 14.818205796512727,
	 7.823778872870654},
	{10, 100, 9.5, 2.521392082626009e-05, 0.0004113749862518229, 24.445048918114843,
	 9.496091937630608},
	{64, 80, 60, 7.638617411862144e-27, 0.013577452999614225, 61.81960886337898,
	 59.18535282002315},
	{100, 120, 130, 4.572658710056367e-57, 0.23086995070744473, 116.67839422502009,
	 99.98690640803218},
};

Test(queue, bounded_queues_refuse_as_their_chain_does)
{
	for (size_t i = 0; i < COUNT(bounded); i++) {
		struct queue_bounded q =
			queue_mmck(bounded[i].servers, bounded[i].places, bounded[i].load);
		double stay = bounded[i].present / bounded[i].served;
		expect_near(q.empty, bounded[i].empty, 1e-12, "empty", i);
		expect_near(q.refused, bounded[i].refused, 1e-12, "refused", i);
		expect_near(q.present, bounded[i].present, 1e-12, "present", i);
		expect_near(q.served, bounded[i].served, 1e-12, "served", i);
		expect_near(q.stay, stay, 1e-12, "the stay", i);
	}
}

/* ---- one server */

/* Load, scv; mean wait, number present: mpmath. */
static const struct {
	double load, scv, wait, present;
} mg1[] = {
	{0.01, 0, 0.005050505050505051, 0.010050505050505051},
	{0.1, 0, 0.05555555555555556, 0.10555555555555556},
	{0.5, 0, 0.5, 0.75},
	{0.9, 0, 4.500000000000001, 4.950000000000001},
	{0.99, 0, 49.49999999999996, 49.994999999999955},
	{0.3, 0.3333333333333333, 0.2857142857142857, 0.3857142857142857},
	{0.8, 0.3333333333333333, 2.6666666666666674, 2.933333333333334},
	{0.1, 0.5, 0.08333333333333334, 0.10833333333333334},
	{0.5, 0.5, 0.75, 0.875},
	{0.95, 0.5, 14.249999999999988, 14.487499999999986},
	{0.25, 1, 0.3333333333333333, 0.3333333333333333},
	{0.5, 1, 1.0, 1.0},
	{0.9, 1, 9.000000000000002, 9.000000000000002},
	{0.4, 1.718281828459045, 0.9060939428196818, 0.7624375771278727},
	{0.8, 1.718281828459045, 5.436563656918092, 5.149250925534473},
	{0.5, 4, 2.5, 1.75},
	{0.9, 4, 22.500000000000007, 21.150000000000006},
	{0.7, 8.487735836358526, 11.069025142418278, 8.448317599692794},
	{0.99, 8.487735836358526, 469.6429238997466, 465.93649466074913},
	{0.6, 100, 75.75, 46.05},
	{0.999, 1000, 499999.49999999953, 499500.49949999957},
};

Test(queue, one_server_waits_as_pollaczek_says)
{
	for (size_t i = 0; i < COUNT(mg1); i++) {
		struct queue_means m = queue_mg1(mg1[i].load, mg1[i].scv);
		expect_near(m.wait, mg1[i].wait, 1e-12, "the wait", i);
		expect_near(m.stay, mg1[i].wait + 1, 1e-12, "the stay", i);
		expect_near(m.present, mg1[i].present, 1e-12, "the number present", i);
		expect_near(m.waiting, mg1[i].load * mg1[i].wait, 1e-12, "the number waiting", i);
	}
}

/* Load, t; P(wait <= t): mpmath. */
static const struct {
	double load, t, at_most;
} md1[] = {
	{0.1, 0, 0.9},
	{0.1, 0.5, 0.9461439867384216},
	{0.1, 1.25, 0.996764017548344},
	{0.1, 19.5, 1.0},
	{0.3, 1, 0.9449011653032022},
	{0.3, 2.5, 0.9970311178609543},
	{0.5, 0.25, 0.5665742265334132},
	{0.5, 1, 0.8243606353500641},
	{0.5, 3, 0.9847487003582678},
	{0.5, 10, 0.9999976901212907},
	{0.5, 21, 0.9999999999977022},
	{0.7, 0.999, 0.6037030721488684},
	{0.7, 4, 0.9463999177307111},
	{0.7, 19.999, 0.9999989141600569},
	{0.7, 20, 0.9999989148932633},
	{0.7, 40, 0.9999999999985263},
	{0.9, 0.1, 0.10941742837052101},
	{0.9, 1, 0.2459603111156949},
	{0.9, 7.75, 0.8125817073322773},
	{0.9, 19, 0.9817722560787787},
	{0.9, 50, 0.9999703590007614},
	{0.9, 120, 0.9999999999850544},
	{0.99, 5, 0.1014963779001978},
	{0.99, 100, 0.8664661743800804},
	{0.99, 500, 0.9999563909655235},
	{0.999, 30, 0.05888214456909564},
};

/* The last digit of a load near 1 is worth that much. */
static double last_digit(double load)
{
	return 4e-15 + 1e-15 / (1 - load);
}

Test(queue, constant_services_let_wait_as_erlang_says)
{
	for (size_t i = 0; i < COUNT(md1); i++)
		expect_near(queue_md1_wait_at_most(md1[i].load, md1[i].t), md1[i].at_most,
			    last_digit(md1[i].load), "P(wait)", i);
}

/* Pollaczek's mean is another way to the same law: the integral of P(wait > t), by the trapezoid
 * rule between its kinks at whole t, and its exponential end. */
Test(queue, waits_of_constant_services_have_pollaczeks_mean)
{
	enum { STEPS = 1000 };
	const double loads[] = {0.1, 0.4, 0.7, 0.9, 0.97};
	for (size_t i = 0; i < COUNT(loads); i++) {
		double sum = 0, before = loads[i], now;
		for (int step = 1; step <= 1000 * STEPS; step++, before = now) {
			now = 1 - queue_md1_wait_at_most(loads[i], (double)step / STEPS);
			sum += (before + now) / 2 / STEPS;
		}
		expect_near(sum, queue_mg1(loads[i], 0).wait, 1e-6, "the mean", i);
	}
}

/* Load, scv; share that finds the server busy, mean wait: mpmath. */
static const struct {
	double load, scv, busy, wait;
} gm1[] = {
	{0.05, 0, 2.0611537074056504e-09, 2.061153711654005e-09},
	{0.2, 0, 0.006977153651144741, 0.007026176363210905},
	{0.5, 0, 0.20318786997997995, 0.2550009749159753},
	{0.7, 0, 0.4669964222184191, 0.8761600140886655},
	{0.9, 0, 0.8068998328558034, 4.178659422149826},
	{0.99, 0, 0.980066889931387, 49.16778598812937},
	{0.999999, 0, 0.9999980000006666, 499999.16665239993},
	{0.05, 0.5, 0.008392021690038397, 0.008463043736640023},
	{0.3, 0.5, 0.17804555427071125, 0.2166124353920104},
	{0.7, 0.5, 0.615476742133487, 1.6006229260315625},
	{0.95, 0.5, 0.933712170138482, 14.085725420323765},
	{0.1, 0.25, 0.006794846916586752, 0.006841332725159647},
	{0.5, 0.25, 0.3019310868776876, 0.4325233242764166},
	{0.8, 0.25, 0.6939447217517696, 2.2673836103193623},
	{0.5, 0.1, 0.24507927614437172, 0.324642400718146},
	{0.9, 0.1, 0.8233301819416355, 4.660276390105531},
	{0.01, 1, 0.01, 0.010101010101010102},
	{0.6, 1, 0.6, 1.4999999999999998},
	{0.05, 2, 0.171107219255619, 0.20642865184802},
	{0.5, 2, 0.6403882032022076, 1.7807764064044151},
	{0.9, 2, 0.9325485849042453, 13.825485849042456},
	{0.3, 4, 0.6470002225416145, 1.8328629757220967},
	{0.8, 4, 0.9163545825338494, 10.955227558098766},
	{0.5, 25, 0.9525204713906793, 20.061708683512272},
	{0.99, 25, 0.9992283867784355, 1294.9860873980815},
};

Test(queue, uneven_arrivals_wait_as_kendall_says)
{
	for (size_t i = 0; i < COUNT(gm1); i++) {
		struct queue_means m = queue_gm1(gm1[i].load, gm1[i].scv);
		double error = 10 * last_digit(gm1[i].load);
		expect_near(queue_gm1_busy(gm1[i].load, gm1[i].scv), gm1[i].busy, 1e-13, "busy", i);
		expect_near(m.wait, gm1[i].wait, error, "the wait", i);
		expect_near(m.stay, gm1[i].wait + 1, error, "the stay", i);
	}
}

/* ---- what all have in common */

Test(queue, kinds_that_are_one_agree)
{
	for (double load = 0.05; load < 1; load += 0.05) {
		expect_near(queue_mg1(load, 1).wait, queue_mmc(1, load).wait, 1e-12, "M/G/1", 0);
		expect_near(queue_gm1(load, 1).wait, queue_mmc(1, load).wait, 1e-12, "G/M/1", 0);
		expect_near(queue_mmck(5, 5, 5 * load).refused, queue_erlang_b(5, 5 * load), 1e-12,
			    "M/M/5/5", 0);
		expect_near(queue_mmck(5, 10000, 5 * load).present, queue_mmc(5, 5 * load).present,
			    1e-10, "M/M/5/10000", 0);
	}
}

Test(queue, nobody_waits_where_nobody_comes)
{
	cr_expect_eq(queue_erlang_b(3, 0), 0);
	cr_expect_eq(queue_erlang_c(3, 0), 0);
	cr_expect_eq(queue_mmc(3, 0).wait, 0);
	cr_expect_eq(queue_mmc(3, 0).present, 0);
	cr_expect_eq(queue_mmc_wait_quantile(3, 0, 0.99), 0);
	expect_near(queue_mmc_stay_quantile(3, 0, 0.99), -log1p(-0.99), 1e-14, "a service", 0);
	cr_expect_eq(queue_mg1(0, 1).wait, 0);
	cr_expect_eq(queue_md1_wait_at_most(0, 0), 1);
	cr_expect_eq(queue_md1_wait_at_most(0, 1e9), 1);
	cr_expect_eq(queue_gm1_busy(0, 0), 0);
	cr_expect_eq(queue_gm1(0, 4).wait, 0);
	struct queue_bounded q = queue_mmck(1, 5, 0);
	cr_expect(q.empty == 1 && q.refused == 0 && q.present == 0 && q.served == 0);
	cr_expect_eq(q.stay, 1);
}

Test(queue, everybody_waits_for_ever_where_too_many_come)
{
	const double loads[] = {4, 4.5, 1e9};
	for (size_t i = 0; i < COUNT(loads); i++) {
		cr_expect_eq(queue_erlang_c(4, loads[i]), 1);
		cr_expect_eq(queue_mmc(4, loads[i]).wait, INFINITY);
		cr_expect_eq(queue_mmc(4, loads[i]).waiting, INFINITY);
		cr_expect_eq(queue_mmc(4, loads[i]).present, INFINITY);
		cr_expect_eq(queue_mmc_wait_above(4, loads[i], 1e9), 1);
		cr_expect_eq(queue_mmc_stay_above(4, loads[i], 1e9), 1);
		cr_expect_eq(queue_mmc_wait_quantile(4, loads[i], 0.5), INFINITY);
		cr_expect_eq(queue_mmc_stay_quantile(4, loads[i], 0.5), INFINITY);
		cr_expect_eq(queue_mg1(loads[i], 0).wait, INFINITY);
		cr_expect_eq(queue_md1_wait_at_most(loads[i], 1e9), 0);
		cr_expect_eq(queue_gm1_busy(loads[i], 0), 1);
		cr_expect_eq(queue_gm1(loads[i], 0).wait, INFINITY);
		expect_near(queue_mmck(4, 1000000, loads[i]).served, 4, 1e-5, "served", i);
	}
}
