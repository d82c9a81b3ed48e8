/* Rewards on their way: each comes once, in its time, to who chose for it; and choosers behind
 * routers that follow slowly. */
#include "sim/propagation.h"
#include "sim/rewards.h"

#include <criterion/criterion.h>

enum { MOST = 1000 };

struct listener {
	int count;
	double heard[MOST];
};

static void hear(const struct chooser *chooser, const struct reward *reward)
{
	struct listener *listener = chooser->state;
	listener->heard[listener->count++] = reward->value;
}

struct post {
	struct arena arena;
	struct rewards rewards;
	struct listener listener;
	struct chooser chooser;
};

static void post_begin(struct post *post)
{
	*post = (struct post){.chooser = {.metric = METRIC_SUCCESS_RATE, .learn = hear}};
	post->chooser.state = &post->listener;
	rewards_init(&post->rewards, &post->arena);
	rewards_reset(&post->rewards, 100 * SIM_SECOND);
	rewards_go_to(&post->rewards, &post->chooser);
}

static void note(struct post *post, double value, int at_s)
{
	const struct reward reward = {.value = value, .chance = 1};
	rewards_note(&post->rewards, METRIC_SUCCESS_RATE, reward, at_s * SIM_SECOND);
}

Test(rewards, come_once_in_their_time_and_those_of_one_instant_in_turn)
{
	struct post post;
	post_begin(&post);
	for (int i = 0; i < 300; i++)
		note(&post, i, 1 + i * 7 % 30);
	for (int s = 0; s <= 30; s++)
		rewards_tell(&post.rewards, s * SIM_SECOND);
	cr_assert_eq(post.listener.count, 300);
	for (int i = 1; i < 300; i++) {
		int before = (int)post.listener.heard[i - 1], own = (int)post.listener.heard[i];
		int earlier = before * 7 % 30, later = own * 7 % 30;
		cr_assert(earlier < later || (earlier == later && before < own));
	}
	note(&post, 7, 50); /* places are used again */
	rewards_tell(&post.rewards, 49 * SIM_SECOND);
	cr_assert_eq(post.listener.count, 300);
	rewards_tell(&post.rewards, 50 * SIM_SECOND);
	cr_assert_eq(post.listener.heard[300], 7);
	cr_assert_eq(post.rewards.used, 300);
	arena_free(&post.arena);
}

Test(rewards, of_another_metric_or_after_the_end_come_to_nobody)
{
	struct post post;
	post_begin(&post);
	rewards_note(&post.rewards, METRIC_ACCURACY, (struct reward){.value = 1}, SIM_SECOND);
	note(&post, 1, 100);
	rewards_tell(&post.rewards, 200 * SIM_SECOND);
	cr_assert_eq(post.listener.count, 0);
	arena_free(&post.arena);
}

/* Its memory may be that of the one before: a phase begins where another has ended. */
Test(rewards, of_who_chose_before_are_not_those_of_who_chooses_now)
{
	struct post post;
	post_begin(&post);
	note(&post, 1, 5);
	rewards_go_to(&post.rewards, &post.chooser);
	rewards_tell(&post.rewards, 4 * SIM_SECOND);
	post.chooser.since = 4 * SIM_SECOND;
	rewards_go_to(&post.rewards, &post.chooser);
	note(&post, 2, 6);
	rewards_tell(&post.rewards, 6 * SIM_SECOND);
	cr_assert_eq(post.listener.count, 1);
	cr_assert_eq(post.listener.heard[0], 2);
	note(&post, 3, 7);
	rewards_go_to(&post.rewards, NULL);
	note(&post, 4, 7);
	rewards_tell(&post.rewards, 8 * SIM_SECOND);
	cr_assert_eq(post.listener.count, 1);
	arena_free(&post.arena);
}

/* Shares go on while routers follow; a chooser chooses only when all of them know of it, and no
 * longer than the first wish that knows nothing of it. */
Test(rewards, choosers_wait_for_the_last_router_and_leave_at_the_first_word)
{
	const struct chooser chooser = {.since = 0};
	const struct hindrance slow = {
		.late_ns = 10 * SIM_SECOND, .spread_ns = 7 * SIM_SECOND, .skew_factor = 1};
	struct propagation propagation;
	struct routes all, chosen, seen;
	routes_reset(&all, 1, 2);
	routes_reset(&chosen, 1, 2);
	routes_give(&chosen, 1, 0.5);
	chosen.chooser = &chooser;
	propagation_reset(&propagation, &all);
	propagation_ask(&propagation, &chosen, &all, &slow, 0);
	for (int s = 0; s < 20; s++) {
		propagation_routes(&propagation, &slow, s * SIM_SECOND, &seen);
		cr_assert_eq(seen.chooser != NULL, s >= 17, "%d s", s);
	}
	propagation_ask(&propagation, &chosen, &seen, &slow, 20 * SIM_SECOND); /* new shares */
	propagation_routes(&propagation, &slow, 21 * SIM_SECOND, &seen);
	cr_assert_eq(seen.chooser, &chooser);
	propagation_ask(&propagation, &all, &seen, &slow, 40 * SIM_SECOND);
	propagation_routes(&propagation, &slow, 40 * SIM_SECOND, &seen);
	cr_assert_null(seen.chooser);
	cr_assert_eq(seen.share[0][1], 0.5);
}
