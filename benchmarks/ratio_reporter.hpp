// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Ratios between benchmarks of one run: each is repeated, the repetitions of all of them are interleaved at
// random, so that a machine that slows down slows both sides, and the medians are divided.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>

#include <benchmark/benchmark.h>

#include "result_file.hpp"

namespace ratios
{

inline std::string formatted_time(double seconds)
{
    const auto [scale, unit] = seconds < 1e-6   ? std::pair{1e9, "ns"}
                               : seconds < 1e-3 ? std::pair{1e6, "us"}
                                                : std::pair{1e3, "ms"};
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %s", seconds * scale, unit);
    return text;
}

/// Keeps the repetitions, for the table at the end; what `--benchmark_out` writes is not touched.
class keeping_reporter : public benchmark::BenchmarkReporter
{
public:
    explicit keeping_reporter(repetition_map& seconds) : m_seconds(seconds) {}

    bool ReportContext(const Context& context) override
    {
        PrintBasicContext(&GetErrorStream(), context);
        return true;
    }

    void ReportRuns(const std::vector<Run>& runs) override
    {
        for (const Run& run : runs)
        {
            if (run.run_type == Run::RT_Iteration)
            {
                m_seconds[run.run_name.function_name].push_back(
                    run.GetAdjustedRealTime() / benchmark::GetTimeUnitMultiplier(run.time_unit));
            }
        }
    }

private:
    repetition_map& m_seconds;
};

/// The benchmarks of a program and what is to be compared among them.
class suite
{
public:
    /// LibTorch works on all cores from here on; some builds of it take fewer by themselves.
    explicit suite(std::string program) : m_program(std::move(program))
    {
        at::set_num_threads(static_cast<int>(std::thread::hardware_concurrency()));
        note("threads", std::to_string(at::get_num_threads()));
    }

    template <class F>
    void add(const subject& what, F&& function)
    {
        if (!m_names.insert(what.name()).second)
        {
            throw std::logic_error("two benchmarks of the name " + what.name());
        }
        m_subjects.push_back(what);
        // Wall time, because LibTorch works on several threads.
        m_registered.push_back(
            benchmark::RegisterBenchmark(what.name().c_str(), std::forward<F>(function))->UseRealTime());
    }

    /// One line of the table: the time of `ours` over that of `alternative`.
    void compare(
        const std::string& group, const std::string& task, const std::string& ours,
        const std::string& alternative)
    {
        for (const auto& variant : {ours, alternative})
        {
            const std::string name = subject{group, task, variant}.name();
            if (!m_names.contains(name))
            {
                throw std::logic_error("no benchmark of the name " + name);
            }
        }
        m_comparisons.push_back({group, task, ours, alternative});
    }

    /// Says what the results were made with.
    void note(const std::string& what, const std::string& value) { m_built_with.push_back({what, value}); }

    /// Says that this run cannot measure `what`.
    void absent(const std::string& what, const std::string& why) { m_absences.push_back({what, why}); }

    /// For `main`: takes Google Benchmark's options. Writes the results to the file that BENCHMARK_RESULT
    /// names, if any.
    int run(int argc, char** argv)
    {
        // Before the user's arguments, which win.
        std::vector<std::string> defaults = {
            "--benchmark_repetitions=15", "--benchmark_enable_random_interleaving=true"};
        const std::string_view min_time = "--benchmark_min_time=";
        if (std::none_of(
                argv, argv + argc, [=](const char* x) { return std::string_view(x).starts_with(min_time); }))
        {
            // No option: how it is written depends on the version.
            for (auto* each : m_registered)
            {
                each->MinTime(0.02);
            }
        }
        std::vector<char*> arguments(argv, argv + 1);
        for (auto& option : defaults)
        {
            arguments.push_back(option.data());
        }
        arguments.insert(arguments.end(), argv + 1, argv + argc);
        int count = static_cast<int>(arguments.size());
        arguments.push_back(nullptr);
        benchmark::Initialize(&count, arguments.data());
        if (benchmark::ReportUnrecognizedArguments(count, arguments.data()))
        {
            return 1;
        }
        repetition_map seconds;
        keeping_reporter reporter(seconds);
        const bool any = benchmark::RunSpecifiedBenchmarks(&reporter) != 0;
        benchmark::Shutdown();
        print(seconds);
        const char* path = std::getenv("BENCHMARK_RESULT");
        const bool written =
            path == nullptr ||
            write_result(path, m_program, m_built_with, m_subjects, m_comparisons, m_absences, seconds);
        return any && written ? 0 : 1;
    }

private:
    using registered =
        decltype(benchmark::RegisterBenchmark("", std::declval<void (*)(benchmark::State&)>()));

    void print(const repetition_map& seconds) const
    {
        std::size_t width = 0;
        for (const comparison& each : m_comparisons)
        {
            width = std::max({width, each.our_name().size(), each.alternative.size()});
        }
        const int column = static_cast<int>(width) + 2;
        std::printf(
            "%-*s%-*s%10s%13s%9s\n", column, "ours", column, "alternative", "ours", "alternative", "ratio");
        for (const comparison& each : m_comparisons)
        {
            const auto ours = seconds.find(each.our_name());
            const auto theirs = seconds.find(each.alternative_name());
            if (ours != seconds.end() && theirs != seconds.end()) // else filtered out
            {
                const double a = quantile(ours->second, 0.5);
                const double b = quantile(theirs->second, 0.5);
                std::printf(
                    "%-*s%-*s%10s%13s%9.3g\n", column, each.our_name().c_str(), column,
                    each.alternative.c_str(), formatted_time(a).c_str(), formatted_time(b).c_str(), a / b);
            }
        }
        for (const auto& [what, why] : m_absences)
        {
            std::printf("absent: %s (%s)\n", what.c_str(), why.c_str());
        }
    }

    std::string m_program;
    text_pairs m_built_with = built_with(BENCHMARK_FLAGS);
    std::set<std::string> m_names;
    std::vector<registered> m_registered;
    std::vector<subject> m_subjects;
    std::vector<comparison> m_comparisons;
    text_pairs m_absences;
};

} // namespace ratios
