/* The customers' month in C: what a careful hand makes of it, as a yardstick for the compiled Python.

   Columns in single precision, blocks that are loaded, worked on in the first-level cache and stored, short loops without branches that the
   compiler turns into vector code (also exponentials and logarithms, where the C library has vector versions), choices only for those who
   look around. Structures are passed by value, so that the compiler knows that no store changes them.
   Every draw comes from the same counter as in cxsim (Philox4x32-7: Salmon, Moraes, Dror and Shaw 2011), so that the same customers have the
   same luck and results can be compared one by one. Built and called by c_month.py, which fills the structures below by name. */

#include <math.h>
#include <stdint.h>
#include <string.h>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

enum { BLOCK = 512, MAX_TENURE = 1200, N_SUMS = 20 };
enum { MONTH_A = 1, MONTH_B = 2, CHOICE = 3, MONTH_C = 5 }; /* purposes of draws */
enum { /* sums, in the engine's order */
  CUSTOMERS, NEW_CUSTOMERS, EXPERIENCE, JOB_OUTCOME, HARM, SATISFACTION, TRUST, PROBLEMS,
  PERSONAL, SURPLUS, COMPLAINTS, TO_REGULATOR, JOINERS, LEAVERS, SWITCHING_COST, BARRIER_COST,
  AVOIDERS, EXTRAS, UNWANTED_EXTRAS
};
static const float NEVER = -1e30f;

/* Iterations do not depend on one another; compilers that do not know the pragma ignore it. */
#define EACH(i, n) _Pragma("omp simd") for (int i = 0; i < (n); i++)

typedef struct {
  const uint16_t *profile;
  const float *willingness_to_pay, *choice_noise, *vigilance, *attention, *switching_cost;
  const uint8_t *foresees, *wants_extra;
} Traits;

typedef struct {
  int16_t *supplier, *tenure;
  float *satisfaction, *expectation, *trust, *experience;
  uint8_t *aware, *problem, *extra;
  int16_t *supplier_before;
  float *satisfaction_before;
} State;

typedef struct { /* a number per slot; slot 0 is doing without; quality by profile and slot */
  const float *price, *appeal, *premium, *personal, *hidden, *felt, *barrier, *promise, *hearsay, *noticing, *told, *exposed, *trust_kept,
      *quiet, *problem_rate, *resolved, *crowding, *rise_new, *rise_old, *pressed, *anger, *open_about_extra;
  const uint8_t *active;
  const uint32_t *key;
  const float *quality;
  int32_t slots;
} Offers;

typedef struct {
  float transparency, outside, seen, inverse_horizon, reference, dissatisfaction, price_attention, shock, loyalty, initial_trust,
      trust_speed, forgetting, harm, hassle, problem, noise, disconfirmation, loss_aversion, satisfaction_speed, expectation_speed,
      promise_weight, word_of_mouth, friend_weight, complaint, complaint_threshold, to_regulator, long_links, extra_price, extra_offers, extra_noticing;
  int32_t intro, can_do_without;
  const float *renewal;  /* added chance of looking around by tenure */
  const uint32_t *near;  /* steps to the eight near acquaintances */
} Rules;

typedef struct { /* chunks of customers of one segment each */
  const int64_t *starts, *stops, *segments;
  const float *readiness; /* by segment */
  int64_t chunks, customers, n_segments;
} Crowd;

typedef struct { /* what one block needs from step to step */
  uint32_t row[BLOCK];
  int32_t foresees[BLOCK], wants[BLOCK], extra[BLOCK];
  int32_t slot[BLOCK], tenure[BLOCK], aware[BLOCK], problem[BLOCK], profile[BLOCK], looks[BLOCK], shaken[BLOCK], pal[BLOCK], rows[BLOCK];
  float satisfaction[BLOCK], expectation[BLOCK], trust[BLOCK], experience[BLOCK], value[BLOCK], vigilance[BLOCK];
  float look[BLOCK], arrive[BLOCK], resolve[BLOCK], discover[BLOCK], forget[BLOCK], voice[BLOCK], luck[BLOCK], word[BLOCK];
  float worth[BLOCK], gain[BLOCK], moved[BLOCK], disappointment[BLOCK];
  float outcome[BLOCK], harm[BLOCK], problems[BLOCK], personal[BLOCK], surplus[BLOCK], complains[BLOCK], reports[BLOCK];
  float fresh[BLOCK], one[BLOCK], avoids[BLOCK], extras[BLOCK], unwanted[BLOCK], none[BLOCK];
} Work;

typedef struct { /* a block's random words */
  uint32_t a[BLOCK], b[BLOCK], c[BLOCK], d[BLOCK];
} Words;

/* Words for the counters (row, month, purpose, second), row by row. Compilers miss that only 32 bits are multiplied by 32, which the machine
   does in a third of the time; so this one loop is also written out for AVX-512. */
static void philox(Words *restrict out, const uint32_t *restrict row, int n, uint32_t month, uint32_t purpose, uint32_t second, uint32_t k0,
                   uint32_t k1) {
  int i = 0;
#ifdef __AVX512F__
  const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
  for (; i < n; i += 8) {
    __m512i c0 = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(row + i)));
    __m512i c1 = _mm512_set1_epi64(month), c2 = _mm512_set1_epi64(purpose), c3 = _mm512_set1_epi64(second);
    uint32_t r0 = k0, r1 = k1;
    for (int round = 0; round < 7; round++, r0 += 0x9E3779B9u, r1 += 0xBB67AE85u) { /* what is left above bit 32 does no harm */
      __m512i p0 = _mm512_mul_epu32(m0, c0), p1 = _mm512_mul_epu32(m1, c2);
      c0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), c1, _mm512_set1_epi64(r0), 0x96); /* exclusive or of three */
      c2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), c3, _mm512_set1_epi64(r1), 0x96);
      c1 = p1;
      c3 = p0;
    }
    _mm256_storeu_si256((__m256i *)(out->a + i), _mm512_cvtepi64_epi32(c0));
    _mm256_storeu_si256((__m256i *)(out->b + i), _mm512_cvtepi64_epi32(c1));
    _mm256_storeu_si256((__m256i *)(out->c + i), _mm512_cvtepi64_epi32(c2));
    _mm256_storeu_si256((__m256i *)(out->d + i), _mm512_cvtepi64_epi32(c3));
  }
#endif
  EACH(j, n - i) {
    uint32_t a = row[j], b = month, c = purpose, d = second, r0 = k0, r1 = k1;
    for (int round = 0; round < 7; round++, r0 += 0x9E3779B9u, r1 += 0xBB67AE85u) {
      uint64_t p0 = (uint64_t)0xD2511F53u * a, p1 = (uint64_t)0xCD9E8D57u * c;
      a = (uint32_t)(p1 >> 32) ^ b ^ r0;
      b = (uint32_t)p1;
      c = (uint32_t)(p0 >> 32) ^ d ^ r1;
      d = (uint32_t)p0;
    }
    out->a[j] = a;
    out->b[j] = b;
    out->c[j] = c;
    out->d[j] = d;
  }
}

static inline float unit(uint32_t word) { return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f; }
static inline float positive(float x) { return x > 0 ? x : 0; }
static inline float clip(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static void load(Work *restrict w, const Traits t, const State s, int64_t first, int n) {
  const int16_t *restrict supplier = s.supplier + first, *restrict tenure = s.tenure + first;
  const uint8_t *restrict aware = s.aware + first, *restrict problem = s.problem + first, *restrict extra = s.extra + first;
  const uint8_t *restrict foresees = t.foresees + first, *restrict wants = t.wants_extra + first;
  const uint16_t *restrict profile = t.profile + first;
  EACH(i, n) {
    w->slot[i] = supplier[i];
    w->tenure[i] = tenure[i];
    w->profile[i] = profile[i];
  }
  EACH(i, n) {
    w->aware[i] = aware[i];
    w->problem[i] = problem[i];
    w->extra[i] = extra[i];
    w->foresees[i] = foresees[i];
    w->wants[i] = wants[i];
  }
  size_t bytes = (size_t)n * sizeof(float);
  memcpy(w->satisfaction, s.satisfaction + first, bytes);
  memcpy(w->expectation, s.expectation + first, bytes);
  memcpy(w->trust, s.trust + first, bytes);
  memcpy(w->value, t.willingness_to_pay + first, bytes);
  memcpy(w->vigilance, t.vigilance + first, bytes);
}

static void store(const Work *restrict w, const State s, int64_t first, int n) {
  int16_t *restrict supplier = s.supplier + first, *restrict tenure = s.tenure + first;
  uint8_t *restrict aware = s.aware + first, *restrict problem = s.problem + first, *restrict extra = s.extra + first;
  EACH(i, n) {
    int grown = w->tenure[i] < MAX_TENURE ? w->tenure[i] + 1 : MAX_TENURE;
    supplier[i] = (int16_t)w->slot[i];
    tenure[i] = (int16_t)(w->slot[i] > 0 ? grown : 0);
  }
  EACH(i, n) {
    aware[i] = (uint8_t)w->aware[i];
    problem[i] = (uint8_t)w->problem[i];
    extra[i] = (uint8_t)w->extra[i];
  }
  size_t bytes = (size_t)n * sizeof(float);
  memcpy(s.satisfaction + first, w->satisfaction, bytes);
  memcpy(s.expectation + first, w->expectation, bytes);
  memcpy(s.trust + first, w->trust, bytes);
  memcpy(s.experience + first, w->experience, bytes);
}

/* The month's luck, and which of the twelve acquaintances each customer meets (Watts and Strogatz 1998). */
static void draw(Work *restrict w, const Rules r, const State s, int64_t first, int n, uint32_t customers, uint32_t month, uint32_t k0, uint32_t k1) {
  const uint64_t mix = 0x9E3779B97F4A7C15u, finish = 0xBF58476D1CE4E5B9u;
  const uint64_t key = ((uint64_t)k0 ^ ((uint64_t)k1 << 32)) * mix;
  uint32_t friend[BLOCK];
  Words words;
  EACH(i, BLOCK) w->row[i] = (uint32_t)(first + i);
  philox(&words, w->row, n, month, MONTH_A, 0, k0, k1);
  EACH(i, n) {
    w->look[i] = unit(words.a[i]);
    w->arrive[i] = unit(words.b[i]);
    w->resolve[i] = unit(words.c[i]);
    w->discover[i] = unit(words.d[i]);
  }
  philox(&words, w->row, n, month, MONTH_B, 0, k0, k1);
  EACH(i, n) {
    w->forget[i] = unit(words.a[i]);
    w->voice[i] = unit(words.b[i]);
    float halves = (float)(int32_t)(words.c[i] & 0xFFFF) + (float)(int32_t)(words.c[i] >> 16) + 1.0f;
    w->luck[i] = (halves * 0x1p-16f - 1.0f) * 2.44948974f;
  }
  EACH(i, n) {
    uint32_t word = words.d[i], near = w->row[i] + r.near[word & 7];
    near = near >= customers ? near - customers : near;
    uint64_t mixed = ((uint64_t)w->row[i] * 4 + (word & 3) + key) * mix;
    mixed = (mixed ^ (mixed >> 30)) * finish;
    uint32_t far = (uint32_t)(((mixed >> 32) * customers) >> 32);
    friend[i] = unit(word) < r.long_links ? far : near;
  }
  EACH(i, n) w->word[i] = s.satisfaction_before[friend[i]];
  for (int i = 0; i < n; i++) w->pal[i] = s.supplier_before[friend[i]];
}

/* What staying is worth, and who looks around: by attention, disappointment, a dear bill, a jump of the bill, a renewal date. */
static void reconsider(Work *restrict w, const Traits t, const Offers f, const Rules r, int64_t first, int n) {
  const float *restrict attention = t.attention + first;
  const float inverse = 1 / r.reference;
  float renewal[BLOCK];
  EACH(i, n) renewal[i] = r.renewal[w->tenure[i] > 0 ? w->tenure[i] : 0];
  EACH(i, n) {
    int slot = w->slot[i], tenure = w->tenure[i];
    float premium = f.premium[slot], felt = f.felt[slot];
    float extra = premium + f.personal[slot] * w->value[i] * (1 - w->vigilance[i]);
    float bill = f.price[slot] + (tenure >= r.intro ? extra : 0);
    float staying = w->value[i] * (w->satisfaction[i] + r.loyalty * w->trust[i]) + f.appeal[slot] - bill - (w->aware[i] | w->foresees[i] ? felt : 0);
    w->worth[i] = slot > 0 ? staying : w->value[i] * r.outside;

    float excess = positive(bill * inverse - 1), established = f.rise_old[slot], newcomer = f.rise_new[slot];
    float rise = (tenure > r.intro ? established : newcomer) + (tenure == r.intro ? premium * inverse : 0);
    float usual = attention[i], chance = usual + r.dissatisfaction * positive(w->expectation[i] - w->satisfaction[i]);
    chance += r.price_attention * excess * excess + r.shock * rise + renewal[i];
    float without = (r.can_do_without != 0) & (tenure >= 0) ? usual : 1;
    w->looks[i] = w->look[i] < (slot > 0 ? chance : without);
  }
}

/* Start anew with another firm, or without one. */
static void settle(Work *restrict w, const Traits t, const Offers f, const Rules r, int64_t first, int i, int to, double *sums) {
  int from = w->slot[i];
  if (to == from) return;
  sums[from * N_SUMS + LEAVERS] += 1;
  sums[from * N_SUMS + BARRIER_COST] += f.barrier[from];
  sums[to * N_SUMS + JOINERS] += 1;
  w->moved[i] = f.barrier[from];
  if (to > 0) {
    float cost = t.switching_cost[first + i];
    w->moved[i] += cost;
    sums[to * N_SUMS + SWITCHING_COST] += cost;
    float belief = r.transparency * f.quality[w->profile[i] * f.slots + to] + (1 - r.transparency) * f.hearsay[to];
    w->satisfaction[i] = w->expectation[i] = clip(belief);
  }
  w->slot[i] = to;
  w->tenure[i] = w->aware[i] = w->problem[i] = w->extra[i] = 0;
  w->trust[i] = to > 0 ? r.initial_trust : 0;
}

/* Those who look around choose by a logit over their own firm, the rivals they see and doing without (McFadden 1974). */
static void choose(Work *restrict w, const Traits t, const Offers f, const Rules r, int64_t first, int n, uint32_t month, uint32_t k0,
                   uint32_t k1, double *sums) {
  int m = 0;
  for (int i = 0; i < n; i++) {
    w->rows[m] = i;
    m += w->looks[i];
  }
  memset(w->gain, 0, sizeof w->gain);
  memset(w->moved, 0, sizeof w->moved);
  if (m == 0) return;
  Words words;
  uint32_t chooser[BLOCK];
  int32_t own[BLOCK], best[BLOCK], pal[BLOCK], profile[BLOCK];
  float value[BLOCK], inverse[BLOCK], leaving[BLOCK], word[BLOCK], staying[BLOCK], foresees[BLOCK];
  float score[BLOCK], top[BLOCK], total[BLOCK], chosen[BLOCK], worth[f.slots][BLOCK];
  for (int j = 0; j < m; j++) {
    int i = w->rows[j];
    chooser[j] = w->row[i];
    own[j] = best[j] = w->slot[i];
    value[j] = w->value[i];
    inverse[j] = 1 / t.choice_noise[first + i];
    leaving[j] = (t.switching_cost[first + i] + f.barrier[own[j]]) * r.inverse_horizon;
    profile[j] = w->profile[i] * f.slots;
    pal[j] = w->pal[i];
    word[j] = w->word[i];
    foresees[j] = (float)w->foresees[i];
    staying[j] = w->worth[i];
    score[j] = top[j] = NEVER;
    total[j] = chosen[j] = 0;
  }
  for (int slot = 0; slot < f.slots; slot++) {
    if (slot > 0 && !f.active[slot]) {
      EACH(j, m) worth[slot][j] = NEVER;
      continue;
    }
    philox(&words, chooser, m, month, CHOICE, f.key[slot], k0, k1);
    EACH(j, m) {
      float hearsay = f.hearsay[slot], heard = hearsay + (pal[j] == slot ? r.friend_weight * (word[j] - hearsay) : 0);
      float belief = r.transparency * f.quality[profile[j] + slot] + (1 - r.transparency) * heard;
      float there = value[j] * belief + f.appeal[slot] - f.price[slot] - foresees[j] * f.felt[slot] - leaving[j];
      float barrier = f.barrier[own[j]], without = value[j] * r.outside - (own[j] > 0 ? barrier * r.inverse_horizon : 0);
      int open = slot > 0 ? (unit(words.b[j]) < r.seen) | (own[j] == slot) : r.can_do_without;
      float offer = own[j] == slot ? staying[j] : slot > 0 ? there : without;
      float scaled = open ? offer * inverse[j] : NEVER;
      float here = scaled - logf(-logf(unit(words.a[j])));
      int better = open & (here > score[j]);
      score[j] = better ? here : score[j];
      best[j] = better ? slot : best[j];
      chosen[j] = better ? offer : chosen[j];
      top[j] = scaled > top[j] ? scaled : top[j];
      worth[slot][j] = scaled;
    }
  }
  for (int slot = 0; slot < f.slots; slot++) EACH(j, m) {
    float part = expf(worth[slot][j] - top[j]);
    total[j] += worth[slot][j] > 0.5f * NEVER ? part : 0;
  }
  EACH(j, m) chosen[j] = (top[j] + logf(total[j] > 0 ? total[j] : 1)) / inverse[j] - chosen[j];
  for (int j = 0; j < m; j++) w->gain[w->rows[j]] = total[j] > 0 ? chosen[j] : 0;
  for (int j = 0; j < m; j++) settle(w, t, f, r, first, w->rows[j], best[j], sums);
}

/* Problems come and go; hidden charges are discovered or forgotten, which costs trust at once or lets it heal. */
static void meet_and_notice(Work *restrict w, const Offers f, const Rules r, int n) {
  EACH(i, n) {
    int slot = w->slot[i], aware = w->aware[i];
    int met = w->problem[i] | (w->arrive[i] < f.problem_rate[slot]);
    w->problem[i] = met & (w->resolve[i] >= f.resolved[slot]);
    float fresh = 1 - (1 - w->vigilance[i] * f.noticing[slot]) * (1 - f.told[slot]);
    float chance = 1 - (1 - (aware | w->foresees[i] ? 0 : fresh)) * (1 - f.exposed[slot]);
    int shaken = w->discover[i] < chance, remembers = aware & (w->forget[i] >= r.forgetting);
    float trust = w->trust[i], healed = trust + r.trust_speed * (w->satisfaction[i] - trust), hurt = trust * f.trust_kept[slot];
    w->aware[i] = (shaken | remembers) & (f.hidden[slot] > 0);
    w->trust[i] = slot > 0 ? (shaken ? hurt : healed) : 0;
    w->shaken[i] = shaken;
  }
}

/* What she lives through. */
static void use(Work *restrict w, const Offers f, const Rules r, int n) {
  EACH(i, n) {
    int slot = w->slot[i];
    float outcome = f.quality[w->profile[i] * f.slots + slot], noticed = r.harm * f.felt[slot], barrier = r.hassle * f.barrier[slot];
    float harm = ((w->aware[i] ? noticed : 0) + (w->looks[i] | w->problem[i] ? barrier : 0)) / w->value[i];
    harm = harm < 1 ? harm : 1;
    float lived = clip(outcome - harm - (w->problem[i] ? r.problem : 0) - f.crowding[slot] + r.noise * w->luck[i]);
    w->outcome[i] = outcome;
    w->harm[i] = harm;
    w->experience[i] = slot > 0 ? lived : 0;
  }
}

/* Where there is an extra: who is asked takes it or not, who holds it unwanted may notice and cancel. */
static void deal_with_extras(Work *restrict w, const Offers f, const Rules r, int n, uint32_t month, uint32_t k0, uint32_t k1) {
  Words words;
  philox(&words, w->row, n, month, MONTH_C, 0, k0, k1);
  EACH(i, n) {
    int slot = w->slot[i], holds = (slot > 0) & w->extra[i], wants = w->wants[i], spared = 1 - wants, shaken = w->shaken[i];
    float pressed = f.pressed[slot], anger = f.anger[slot], kept = f.trust_kept[slot], open = f.open_about_extra[slot];
    int asked = (slot > 0) & (1 - holds) & (unit(words.a[i]) < r.extra_offers), takes = asked & (wants | (unit(words.b[i]) < pressed));
    float chance = 1 - (1 - w->vigilance[i] * r.extra_noticing) * (1 - open), regret = r.harm * r.extra_price / w->value[i];
    int notices = holds & spared & (shaken | (unit(words.c[i]) < chance));
    float hurt = (asked & spared ? anger : 0) + (notices ? regret : 0), harm = w->harm[i], trust = w->trust[i];
    hurt = hurt < 1 ? hurt : 1;
    w->trust[i] = notices & (1 - shaken) ? trust * kept : trust;
    w->shaken[i] = shaken | notices;
    w->harm[i] = harm + hurt < 1 ? harm + hurt : 1;
    w->experience[i] = positive(w->experience[i] - hurt);
    w->extra[i] = takes | (holds & (1 - notices));
  }
}

/* How satisfaction and expectation follow; a disappointment weighs more than a delight. */
static void feel(Work *restrict w, const Offers f, const Rules r, int n) {
  EACH(i, n) {
    int slot = w->slot[i];
    float lived = w->experience[i], hoped = w->expectation[i], satisfied = w->satisfaction[i], surprise = lived - hoped;
    float felt = surprise > 0 ? surprise : r.loss_aversion * surprise;
    float told = (w->pal[i] != slot) & (w->pal[i] > 0) ? r.word_of_mouth * (w->word[i] - hoped) : 0;
    float after = satisfied + r.satisfaction_speed * (lived + r.disconfirmation * felt - satisfied);
    float hopes = hoped + r.expectation_speed * surprise + r.promise_weight * (f.promise[slot] - hoped) + told;
    w->disappointment[i] = -surprise;
    w->satisfaction[i] = slot > 0 ? clip(after) : satisfied;
    w->expectation[i] = slot > 0 ? clip(hopes) : hoped;
  }
}

/* Who complains (Hirschman 1970), and what the month was worth in pounds. */
static void speak_and_count(Work *restrict w, const Offers f, const Rules r, float readiness, int n) {
  EACH(i, n) {
    int slot = w->slot[i], established = w->tenure[i] >= r.intro;
    int upset = (w->problem[i] | w->shaken[i] | (w->disappointment[i] > r.complaint_threshold)) & (slot > 0);
    float chance = r.complaint * readiness * f.quiet[slot];
    chance = upset ? chance : 0;
    w->complains[i] = w->voice[i] < chance ? 1 : 0;
    w->reports[i] = w->voice[i] < chance * r.to_regulator ? 1 : 0;

    float data = f.personal[slot] * w->value[i] * (1 - w->vigilance[i]), premium = f.premium[slot];
    float bill = f.price[slot] + (established ? premium + data : 0);
    int knows = w->aware[i] | w->foresees[i], unwanted = w->extra[i] & !w->wants[i];
    float felt = f.felt[slot], hidden = f.hidden[slot], fee = knows ? felt : hidden;
    float lived = w->value[i] * w->experience[i] + f.appeal[slot] - bill - fee - (unwanted ? r.extra_price : 0);
    w->avoids[i] = knows & (felt < hidden) ? 1 : 0;
    w->extras[i] = (float)w->extra[i];
    w->unwanted[i] = (float)unwanted;
    w->personal[i] = established ? data : 0;
    w->surplus[i] = w->gain[i] - w->moved[i] + (slot > 0 ? lived : w->value[i] * r.outside);
    w->fresh[i] = established ? 0 : 1;
    w->problems[i] = (float)w->problem[i];
  }
}

/* Add the block up by slot. */
static void tally(const Work *restrict w, const Offers f, int n, double *restrict sums) {
  const float *columns[] = {w->one, w->fresh, w->experience, w->outcome, w->harm, w->satisfaction, w->trust, w->problems, w->personal,
                            w->surplus, w->complains, w->reports, w->avoids, w->extras, w->unwanted, w->none};
  for (int column = CUSTOMERS; column < 16; column += 4) { /* four at a time: an addition waits for the one before it */
    const float *restrict v0 = columns[column], *restrict v1 = columns[column + 1], *restrict v2 = columns[column + 2],
                *restrict v3 = columns[column + 3];
    for (int slot = 0; slot < f.slots; slot++) {
      float t0 = 0, t1 = 0, t2 = 0, t3 = 0;
#pragma omp simd reduction(+ : t0, t1, t2, t3)
      for (int i = 0; i < n; i++) {
        int here = w->slot[i] == slot;
        t0 += here ? v0[i] : 0;
        t1 += here ? v1[i] : 0;
        t2 += here ? v2[i] : 0;
        t3 += here ? v3[i] : 0;
      }
      double *sum = sums + slot * N_SUMS + (column <= TO_REGULATOR ? column : AVOIDERS);
      sum[0] += t0;
      sum[1] += t1;
      sum[2] += t2;
      if (column <= TO_REGULATOR) sum[3] += t3;
    }
  }
}

static void live_chunk(const Traits t, const State s, const Offers f, const Rules r, const Crowd crowd, int64_t chunk, uint32_t month,
                       uint32_t k0, uint32_t k1, double *sums) {
  Work w;
  for (int i = 0; i < BLOCK; i++) {
    w.one[i] = 1;
    w.none[i] = 0;
  }
  for (int64_t first = crowd.starts[chunk]; first < crowd.stops[chunk]; first += BLOCK) {
    int n = (int)(crowd.stops[chunk] - first < BLOCK ? crowd.stops[chunk] - first : BLOCK);
    load(&w, t, s, first, n);
    draw(&w, r, s, first, n, (uint32_t)crowd.customers, month, k0, k1);
    reconsider(&w, t, f, r, first, n);
    choose(&w, t, f, r, first, n, month, k0, k1, sums);
    meet_and_notice(&w, f, r, n);
    use(&w, f, r, n);
    if (r.extra_price > 0) deal_with_extras(&w, f, r, n, month, k0, k1);
    feel(&w, f, r, n);
    speak_and_count(&w, f, r, crowd.readiness[crowd.segments[chunk]], n);
    tally(&w, f, n, sums);
    store(&w, s, first, n);
  }
}

/* One month for everybody; partial (chunks x slots x sums) is scratch, total (segments x slots x sums) the result. */
void live_month(const Traits *t, const State *s, const Offers *f, const Rules *r, const Crowd *crowd, uint32_t month, uint32_t k0,
                uint32_t k1, double *partial, double *total) {
  int64_t size = (int64_t)f->slots * N_SUMS;
  memcpy(s->supplier_before, s->supplier, (size_t)crowd->customers * sizeof *s->supplier);
  memcpy(s->satisfaction_before, s->satisfaction, (size_t)crowd->customers * sizeof *s->satisfaction);
  memset(partial, 0, (size_t)(crowd->chunks * size) * sizeof *partial);
  memset(total, 0, (size_t)(crowd->n_segments * size) * sizeof *total);
  for (int64_t chunk = 0; chunk < crowd->chunks; chunk++)
    live_chunk(*t, *s, *f, *r, *crowd, chunk, month, k0, k1, partial + chunk * size);
  for (int64_t chunk = 0; chunk < crowd->chunks; chunk++)
    for (int64_t k = 0; k < size; k++) total[crowd->segments[chunk] * size + k] += partial[chunk * size + k];
}
