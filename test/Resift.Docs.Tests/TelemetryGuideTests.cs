using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Resift.Retrieval;
using Resift.Sqlite;
using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>Holds the guide to telemetry to the instruments that there are.</summary>
public sealed class TelemetryGuideTests
{
    [Fact]
    public async Task Guide_EveryInstrument_IsInATable()
    {
        var instruments = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Resift", StringComparison.Ordinal))
                {
                    lock (instruments)
                    {
                        instruments.Add(instrument.Name);
                    }
                }
            },
        };
        listener.Start();
        await UseEverythingAsync(TestContext.Current.CancellationToken);

        string guide = await File.ReadAllTextAsync(
            TestData.InRepository("docs/guide-telemetry.md"), TestContext.Current.CancellationToken);
        string[] listed =
        [
            .. guide.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) && IsOfAMetric(line))
                .Select(line => line.Split('`')[1]),
        ];

        Assert.Equal(listed.Order(), instruments.Distinct().Order());
    }

    private static bool IsOfAMetric(string line) => line.Contains("histogram", StringComparison.Ordinal) ||
        line.Contains("counter", StringComparison.Ordinal);

    // Instruments are made when they are first needed.
    private static async Task UseEverythingAsync(CancellationToken cancellationToken)
    {
        using var reranker = new OpenTelemetryReranker(MiniModels.LoadReranker());
        var search = new TwoStageRetriever(new Bm25Retriever([new("1", "git revert undoes a commit")]), reranker);
        using var client = new TestChatClient(_ => "git revert [2]");
        await new RagPipeline(search, client).AskAsync("undo a commit", cancellationToken: cancellationToken);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IReranker>(reranker).AddResiftServer(options => options.AddReranker("mini"));
        await using (var app = builder.Build())
        {
            app.MapResift();
        }

        string folder = Directory.CreateTempSubdirectory().FullName;
        using (var index = SqliteIndex.Open(Path.Combine(folder, "notes.db")))
        {
            await index.GetCollection().Lexical.RetrieveAsync("undo a commit", cancellationToken: cancellationToken);
        }

        Directory.Delete(folder, recursive: true);
    }
}
