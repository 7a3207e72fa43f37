// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Ratios between benchmarks of one run: each is repeated, the repetitions of all of them are interleaved at
// random, so that a machine that slows down slows both sides, and the medians are divided.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace ratios
{

/// One line of the table: the time of `ours` over that of `alternative`.
struct comparison
{
    std::string ours;
    std::string alternative;
};

inline std::string formatted_time(double seconds)
{
    const auto [scale, unit] = seconds < 1e-6   ? std::pair{1e9, "ns"}
                               : seconds < 1e-3 ? std::pair{1e6, "us"}
                                                : std::pair{1e3, "ms"};
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %s", seconds * scale, unit);
    return text;
}

/// Keeps the medians, for the table at the end; what `--benchmark_out` writes is not touched.
class median_reporter : public benchmark::BenchmarkReporter
{
public:
    explicit median_reporter(std::vector<comparison> comparisons) : m_comparisons(std::move(comparisons)) {}

    bool ReportContext(const Context& context) override
    {
        PrintBasicContext(&GetErrorStream(), context);
        return true;
    }

    void ReportRuns(const std::vector<Run>& runs) override
    {
        for (const Run& run : runs)
        {
            const bool single = run.run_type == Run::RT_Iteration && run.repetitions == 1;
            if (single || run.aggregate_name == "median")
            {
                m_medians[run.run_name.function_name] =
                    run.GetAdjustedRealTime() / benchmark::GetTimeUnitMultiplier(run.time_unit);
            }
        }
    }

    void Finalize() override
    {
        std::size_t width = 0;
        for (const auto& [ours, alternative] : m_comparisons)
        {
            width = std::max({width, ours.size(), alternative.size()});
        }
        const int column = static_cast<int>(width) + 2;
        std::printf(
            "%-*s%-*s%10s%13s%9s\n", column, "ours", column, "alternative", "ours", "alternative", "ratio");
        for (const auto& [ours, alternative] : m_comparisons)
        {
            const auto a = m_medians.find(ours);
            const auto b = m_medians.find(alternative);
            if (a != m_medians.end() && b != m_medians.end()) // else filtered out
            {
                std::printf(
                    "%-*s%-*s%10s%13s%9.3g\n", column, ours.c_str(), column, alternative.c_str(),
                    formatted_time(a->second).c_str(), formatted_time(b->second).c_str(),
                    a->second / b->second);
            }
        }
    }

private:
    std::vector<comparison> m_comparisons;
    std::map<std::string, double> m_medians;
};

/// The benchmarks of a program and what is to be compared among them.
class suite
{
public:
    template <class F>
    void add(const std::string& name, double seconds_at_least, F&& function)
    {
        m_names.insert(name);
        // Wall time, because LibTorch copies on several threads.
        benchmark::RegisterBenchmark(name.c_str(), std::forward<F>(function))
            ->UseRealTime()
            ->MinTime(seconds_at_least);
    }

    void compare(const std::string& ours, const std::string& alternative)
    {
        for (const auto& name : {ours, alternative})
        {
            if (!m_names.contains(name))
            {
                throw std::logic_error("no benchmark of the name " + name);
            }
        }
        m_comparisons.push_back({ours, alternative});
    }

    /// For `main`: takes Google Benchmark's options.
    int run(int argc, char** argv)
    {
        // Before the user's arguments, which win.
        std::vector<std::string> defaults = {
            "--benchmark_repetitions=15", "--benchmark_enable_random_interleaving=true"};
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
        median_reporter reporter(m_comparisons);
        const bool any = benchmark::RunSpecifiedBenchmarks(&reporter) != 0;
        benchmark::Shutdown();
        return any ? 0 : 1;
    }

private:
    std::set<std::string> m_names;
    std::vector<comparison> m_comparisons;
};

} // namespace ratios
