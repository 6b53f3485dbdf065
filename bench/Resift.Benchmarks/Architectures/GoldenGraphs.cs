using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Benchmarks;

/// <summary>
/// The tiny models with golden values beside ONNX Runtime on the same graph: one family each, where what is not a large product shows.
/// </summary>
/// <remarks>Sequences of one length go to ONNX Runtime as one batch, so that it computes no padding.</remarks>
internal static class GoldenGraphs
{
    private const string Folder = "golden/models";
    private const int Copies = 40;

    // The words that golden models answer with.
    private const int Yes = 17;
    private const int No = 42;
    private const int Rounds = 15;

    public static void Compare(int threads, TextWriter output)
    {
        if (Repository.SharedOrNull(Folder) is not { } folder)
        {
            output.WriteLine($"ONNX Runtime is absent: graphs of tiny models are expected in ../shared/{Folder} beside the repository.");
            return;
        }

        output.WriteLine("tiny models                pairs/s   ONNX Runtime   ratio [min, max] of rounds   difference");
        foreach (string model in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (File.Exists(Path.Combine(model, "model.onnx")) && File.Exists(Path.Combine(model, "expected.json")))
            {
                output.WriteLine(CompareOne(model, threads));
            }
        }
    }

    private static string CompareOne(string folder, int threads)
    {
        TokenSequence[] sequences = [.. Enumerable.Repeat(Read(folder), Copies).SelectMany(rows => rows)];
        var config = EncoderConfig.Load(folder);
        using var weights = WeightStore.Open(folder);
        var head = ModelCheck.Validate(config, weights);

        var layout = head.Words is { } words
            ? HeadLayout.OfWords(words, Yes, No)
            : config.Architecture.Head(config, head.Labels);
        using var queue = new InferenceQueue(
            new CrossEncoderModel(config, weights, Kernels.Best, layout), "golden", threads, LocalModel.DefaultBatchTokens);
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(Path.Combine(folder, "model.onnx"), options);
        List<double> own = [], peer = [];
        double difference = 0;
        for (int round = -2; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            float[] scores = queue.RunAsync(sequences.Length, i => sequences[i], CancellationToken.None).GetAwaiter().GetResult();
            double first = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            float[] others = Run(session, sequences, answersInWords: head.Words is not null);
            double second = Stopwatch.GetElapsedTime(start).TotalSeconds;
            difference = Math.Max(difference, scores.Zip(others, (a, b) => Math.Abs(a - b)).Max());
            if (round >= 0)
            {
                own.Add(first);
                peer.Add(second);
            }
        }

        double rate = sequences.Length / Statistics.Median(own), peerRate = sequences.Length / Statistics.Median(peer);
        string spread = Statistics.Spread(peer.Zip(own, (a, b) => a / b));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(folder),-22} {rate,11:F0} {peerRate,14:F0}   {spread,-27} {difference,10:E1}");
    }

    private static float[] Run(InferenceSession session, TokenSequence[] sequences, bool answersInWords)
    {
        float[][] scores = new float[sequences.Length][];
        foreach (var group in sequences.Select((sequence, index) => (sequence, index)).GroupBy(item => item.sequence.Length))
        {
            (TokenSequence Sequence, int Index)[] batch = [.. group];
            var inputs = session.InputMetadata.Keys.Select(name => NamedOnnxValue.CreateFromTensor(name, Tensor(name, batch, group.Key)));
            using var results = session.Run([.. inputs], ["logits"]);
            var logits = results[0].AsTensor<float>();
            int columns = logits.Dimensions[^1];
            float[] values = [.. logits];
            for (int i = 0; i < batch.Length; i++)
            {
                // Of a language model a row for each token, the last of which is the answer.
                int row = answersInWords ? ((i + 1) * group.Key) - 1 : i;
                float[] last = values[(row * columns)..((row + 1) * columns)];
                scores[batch[i].Index] = answersInWords ? [last[Yes] - last[No]] : last;
            }
        }

        return [.. scores.SelectMany(row => row)];
    }

    private static DenseTensor<long> Tensor(string name, (TokenSequence Sequence, int Index)[] batch, int length)
    {
        var tensor = new DenseTensor<long>([batch.Length, length]);
        for (int i = 0; i < batch.Length; i++)
        {
            for (int j = 0; j < length; j++)
            {
                tensor[i, j] = name switch
                {
                    "input_ids" => batch[i].Sequence.Ids[j],
                    "attention_mask" => 1,
                    "token_type_ids" => j < batch[i].Sequence.FirstSegmentLength ? 0 : 1,
                    "position_ids" => j,
                    _ => throw new NotSupportedException($"The graph has the input '{name}', which this comparison does not know."),
                };
            }
        }

        return tensor;
    }

    private static List<TokenSequence> Read(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        return [.. json.RootElement.EnumerateArray().Select(Sequence)];
    }

    private static TokenSequence Sequence(JsonElement row)
    {
        int[] mask = Numbers(row.GetProperty("attention_mask"));
        int[] ids = [.. Numbers(row.GetProperty("input_ids")).Where((_, i) => mask[i] == 1)];
        var types = row.GetProperty("token_type_ids");
        return new(ids, types.ValueKind == JsonValueKind.Null
            ? ids.Length
            : Numbers(types).Where((_, i) => mask[i] == 1).Count(type => type == 0));
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
