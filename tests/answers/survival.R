# Writes survival.txt: Rscript survival.R > survival.txt
suppressPackageStartupMessages(library(survival))
set.seed(4)
program <- paste("R", paste(R.version$major, R.version$minor, sep = "."), "survival",
		 packageVersion("survival"))
show <- function(x) paste(vapply(x, function(v) if (is.finite(v)) sprintf("%.15g", v) else
	if (is.nan(v) || is.na(v)) "nan" else if (v > 0) "inf" else "-inf", ""), collapse = ";")
line <- function(calculation, arguments, answers)
	cat(paste(calculation, program, arguments,
		  paste(names(answers), vapply(answers, show, ""), sep = "=", collapse = " "),
		  sep = " | "), "\n", sep = "")
times <- function(n, rate, digits) pmax(round(rexp(n, rate), digits), 0.5)

cat("# Times to an event: written by survival.R. A line: calculation | program | arguments | answers\n")
for (case in 1:24) {
	n <- c(2, 3, 5, 10, 20, 40)[case %% 6 + 1]
	t <- times(n, 0.1, case %% 3)
	seen <- rbinom(n, 1, c(1, 0.7, 0.4)[case %% 3 + 1])
	seen[1] <- 1
	asked <- sprintf("--times %s --happened %s", show(t), show(seen))
	log_log <- summary(survfit(Surv(t, seen) ~ 1, conf.type = "log-log"))
	plain <- summary(survfit(Surv(t, seen) ~ 1, conf.type = "plain"))
	sure <- log_log$surv > 0 # where the curve is 0, R gives no limits
	answers <- list(time = log_log$time, at_risk = log_log$n.risk, events = log_log$n.event,
			waiting = log_log$surv)
	if (all(sure)) answers <- c(answers, list(lo = log_log$lower, hi = log_log$upper,
		greenwood_lo = plain$lower, greenwood_hi = plain$upper))
	line("kaplan_meier", asked, answers)
	horizon <- signif(max(t) * c(1, 0.8, 0.5)[case %% 3 + 1], 3)
	if (horizon > max(t)) horizon <- max(t)
	mean <- survival:::survmean(survfit(Surv(t, seen) ~ 1), rmean = horizon)$matrix
	line("restricted_mean", sprintf("%s --horizon %s", asked, show(horizon)),
	     list(mean = mean[["rmean"]], se = mean[["se(rmean)"]]))
}
for (case in 1:24) {
	n <- c(3, 8, 20, 40)[case %% 4 + 1]
	m <- c(5, 10, 25)[case %% 3 + 1]
	x <- times(n, 0.1, case %% 3)
	y <- times(m, 0.1 * c(1, 2)[case %% 2 + 1], case %% 3)
	xs <- rbinom(n, 1, 0.8)
	ys <- rbinom(m, 1, 0.7)
	xs[1] <- 1
	test <- survdiff(Surv(c(x, y), c(xs, ys)) ~ c(rep(1, n), rep(2, m)))
	line("log_rank", sprintf("--x %s --x_happened %s --y %s --y_happened %s", show(x), show(xs),
				 show(y), show(ys)),
	     list(observed = test$obs[1], expected = test$exp[1], variance = test$var[1, 1],
		  chi2 = test$chisq, p = pchisq(test$chisq, 1, lower.tail = FALSE)))
}
