using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>A block of C# on a page of the documentation, with what the page gives to it.</summary>
/// <remarks>
/// A page says in an HTML comment, <c>&lt;!-- given … --&gt;</c>, what its snippets use and only its text speaks of: a using, or a
/// declaration without a value, a line.
/// </remarks>
internal sealed partial record Snippet(string Page, int Line, string Code, string Given)
{
    // What the project of a console application has, and no more.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using static Given;
        """;

    // The framework, the libraries of Resift and what they depend on: all that the test project itself was built with.
    private static readonly ImmutableArray<MetadataReference> _references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static IEnumerable<Snippet> Of(string page)
    {
        string text = File.ReadAllText(TestData.InRepository(page)).ReplaceLineEndings("\n");
        string given = string.Join('\n', Comment().Matches(text).Select(match => match.Groups["code"].Value));
        return Block().Matches(text).Select(match => new Snippet(
            page, text.AsSpan(0, match.Index).Count('\n') + 1, match.Groups["code"].Value, given));
    }

    /// <summary>Compiles the snippet as the whole program of a console application, or as a library if it holds types alone.</summary>
    /// <returns>What the compiler has against it, with the lines of the page.</returns>
    public IEnumerable<string> Compile()
    {
        var program = Parse(Code);
        bool isProgram = program.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [program, Parse(ImplicitUsings), Parse(Declarations())],
            _references,
            new(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));

        // Of the page's own declarations only errors count: nothing is ever assigned to them.
        return compilation.GetDiagnostics()
            .Where(found => found.Severity == DiagnosticSeverity.Error || (found.Location.SourceTree == program && IsOfInterest(found)))
            .Select(Describe);
    }

    private string Describe(Diagnostic found)
    {
        int line = Line + 1 + found.Location.GetLineSpan().StartLinePosition.Line;
        return $"{Page}:{line} {found.Id} {found.GetMessage(CultureInfo.InvariantCulture)}";
    }

    // Warnings and needless usings; but a snippet may show a function that nobody calls.
    private static bool IsOfInterest(Diagnostic found) =>
        found is { Severity: DiagnosticSeverity.Warning, Id: not "CS8321" } or { Id: "CS8019" };

    private static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, new(LanguageVersion.CSharp14));

    private string Declarations()
    {
        var lines = Given.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToLookup(line => line.StartsWith("using ", StringComparison.Ordinal));
        var members = lines[false]
            .Select(line => line.StartsWith("record ", StringComparison.Ordinal) ? $"internal {line}" : $"internal static {line}");
        return string.Join('\n', [.. lines[true], "internal static class Given", "{", .. members, "}"]);
    }

    [GeneratedRegex(@"^```cs(harp)?\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^<!-- given\n(?<code>.*?)-->$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comment();
}
