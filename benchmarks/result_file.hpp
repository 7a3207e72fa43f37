// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a program writes for book.py: medians with their quartiles, what is compared, what could not be
// measured, and what it was built with.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <torch/version.h>

#if __has_include(<xtensor/core/xtensor_config.hpp>) // xtensor 0.26 moved its headers into folders
    #include <xtensor/core/xtensor_config.hpp>
#else
    #include <xtensor/xtensor_config.hpp>
#endif

namespace ratios
{

/// One way to do a task; the tasks of a group have a table. `size` is for the axis of a plot over sizes.
struct subject
{
    std::string group, task, variant;
    std::int64_t size = 0;

    std::string name() const { return group + ": " + task + ", " + variant; }
};

struct comparison
{
    std::string group, task, ours, alternative;

    std::string our_name() const { return subject{group, task, ours}.name(); }
    std::string alternative_name() const { return subject{group, task, alternative}.name(); }
};

using text_pairs = std::vector<std::pair<std::string, std::string>>;

/// The seconds of each repetition, by name.
using repetition_map = std::map<std::string, std::vector<double>>;

/// By linear interpolation.
inline double quantile(std::vector<double> values, double q)
{
    std::sort(values.begin(), values.end());
    const double position = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const auto above = std::min(below + 1, values.size() - 1);
    return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

inline std::string quoted(const std::string& text)
{
    std::string result = "\"";
    for (const char c : text)
    {
        if (c == '"' || c == '\\')
        {
            result += '\\';
        }
        result += c;
    }
    return result + '"';
}

/// The versions of what is compiled in, and how.
inline text_pairs built_with(const std::string& flags)
{
#ifdef __clang__
    const std::string compiler = __VERSION__; // begins with the name
#else
    const std::string compiler = std::string("g++ ") + __VERSION__;
#endif
    return {
        {"LibTorch", TORCH_VERSION},
        {"xtensor", std::to_string(XTENSOR_VERSION_MAJOR) + '.' + std::to_string(XTENSOR_VERSION_MINOR) +
                        '.' + std::to_string(XTENSOR_VERSION_PATCH)},
        {"compiler", compiler},
        {"flags", flags},
    };
}

/// A JSON object, of what has one value each.
inline std::string object(const text_pairs& members)
{
    std::string result;
    for (const auto& [name, value] : members)
    {
        result += (result.empty() ? "{" : ",\n  ") + quoted(name) + ": " + quoted(value);
    }
    return result.empty() ? "{}" : result + "}";
}

inline std::string formatted(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

inline bool write_result(
    const std::string& path, const std::string& program, const text_pairs& made_with,
    const std::vector<subject>& subjects, const std::vector<comparison>& comparisons,
    const text_pairs& absences, const repetition_map& seconds)
{
    std::ofstream file(path);
    file << "{\"program\": " << quoted(program) << ",\n \"built_with\": " << object(made_with)
         << ",\n \"timings\": [";
    const char* separator = "\n";
    for (const subject& each : subjects)
    {
        const auto found = seconds.find(each.name());
        if (found != seconds.end()) // else filtered out
        {
            const auto& values = found->second;
            file << separator << "  {\"group\": " << quoted(each.group) << ", \"task\": " << quoted(each.task)
                 << ", \"variant\": " << quoted(each.variant) << ", \"size\": " << each.size
                 << ", \"repetitions\": " << values.size()
                 << ", \"median\": " << formatted(quantile(values, 0.5)) << ", \"quartiles\": ["
                 << formatted(quantile(values, 0.25)) << ", " << formatted(quantile(values, 0.75)) << "]}";
            separator = ",\n";
        }
    }
    file << "],\n \"comparisons\": [";
    separator = "\n";
    for (const comparison& each : comparisons)
    {
        file << separator << "  {\"group\": " << quoted(each.group) << ", \"task\": " << quoted(each.task)
             << ", \"ours\": " << quoted(each.ours) << ", \"alternative\": " << quoted(each.alternative)
             << "}";
        separator = ",\n";
    }
    file << "],\n \"absent\": " << object(absences) << "}\n";
    return static_cast<bool>(file.flush());
}

} // namespace ratios
