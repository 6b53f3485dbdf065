using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileSystemGlobbing;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>
/// What is known of pages before anything is asked. Release notes, changelogs and migration guides mention every feature and explain none:
/// they stand behind other pages, unless the question is about versions or changes.
/// </summary>
internal sealed partial class PagePriors
{
    /// <summary>What such a page loses, in standard deviations. docs/measurements.md says what that gives.</summary>
    private const double ChangesPrior = -1;

    private readonly List<(Matcher Glob, double Prior)> _own = [];

    /// <summary>Creates priors.</summary>
    /// <param name="own">
    /// What the user says, as GLOB=NUMBER; the first that fits a page counts, and is more than what is known here.
    /// </param>
    /// <exception cref="UsageException">One of them has another form.</exception>
    public PagePriors(IEnumerable<string> own)
    {
        foreach (string prior in own)
        {
            int equals = prior.LastIndexOf('=');
            if (equals <= 0
                || !double.TryParse(prior.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !double.IsFinite(value))
            {
                throw new UsageException($"--prior expects GLOB=NUMBER, as in --prior \"*changelog*=-2\", but got '{prior}'.");
            }

            _own.Add((PathFilter.CreateMatcher([prior[..equals]]), value));
        }
    }

    /// <summary>Gets the priors of documents for a query.</summary>
    public Func<SearchDocument, double> For(string query)
    {
        bool isAboutChanges = AboutChanges().IsMatch(query);
        return document =>
        {
            string path = document.Metadata.GetValueOrDefault(DocumentReader.PathKey, document.DocumentId);
            foreach (var (glob, prior) in _own)
            {
                if (glob.Match(path).HasMatches)
                {
                    return prior;
                }
            }

            return !isAboutChanges && PageOfChanges().IsMatch(path) ? ChangesPrior : 0;
        };
    }

    // By the name of the file: CHANGELOG.md, release-notes.md, docs/Guides/Migration-Guide-V5.md, whats_new/2.0.rst is not.
    [GeneratedRegex(
        @"(^|/)(change[-_ ]?logs?|changes|history|release[-_ ]?notes?|releases|news|whats[-_ ]?new|migrat(e|ing|ion)|upgrad(e|ing)|" +
        @"breaking)([-_. ][^/]*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PageOfChanges();

    [GeneratedRegex(
        @"\b(chang(e|es|ed)|changelog|releases?|released|versions?|migrat\w*|upgrad\w*|breaking|deprecat\w*|removed|new in|since|" +
        @"v\d+|\d+\.\d+)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AboutChanges();
}
