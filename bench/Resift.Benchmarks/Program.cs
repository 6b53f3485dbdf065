using BenchmarkDotNet.Running;
using Resift.Benchmarks;

const string Usage = """
    Measures Resift on this machine.

      peers [--quick] [--rounds N] [--threads N] [--queries N]
                                                          this engine beside ONNX Runtime on the same passages, in at most five minutes
      latency [--quick] [--queries N] [--threads N]       the time of one query with 10, 50 and 100 documents, and from start to first score
      architectures [--quick] [--large] [--seconds N] [--threads N]
                                                          every family in the shape of a published model, and tiny ones beside ONNX
                                                          Runtime; or one of 568 million parameters, and its memory
      memory [--documents N] [--words N] [--threads N]    the working set while many long documents are reranked
      retrieval [--datasets NAMES] [--queries N] [--candidates N] [--cache FOLDER] [--folder FOLDER] [--threads N]
                                                          nDCG, recall and time of each first stage, without and with reranking
      precision [--strong] [--queries N] [--depth N] [--threads N]
                                                          nDCG@10 and time in single precision and in int8 on the data sets
      tiers [--datasets NAMES] [--folder FOLDER] [--docs FOLDER] [--queries N] [--cache FOLDER]
                                                          nDCG, recall and time of a query in each tier of the command line
      deadline [--milliseconds N] [--calls N] [--callers N]
                                                          by how much calls with a deadline overrun it under load
      fairness [--quick] [--documents N] [--calls N] [--threads N]
                                                          the time of small calls alone and beside a large one, and what they cost it
      server [--quick] [--seconds N] [--rounds N] [--calls N] [--soak N]
                                                          resift serve at 1 to 512 connections: what is accepted, how fast, and what it
                                                          costs beside the engine alone; fifteen minutes, or two
      orleans [--calls N] [--rounds N]                    pairs a second on silos beside one process, what the way to a silo costs, and
                                                          waiting under load beside what is simulated
      calibrate MODEL [--queries N] [--depth N] [--threads N]
                                                          fits the calibration of a cross-encoder, and measures it on other data
      evaluation [--lines N] [--interleaved N] [--rounds N]
                                                          lines of a run that are evaluated in a second, and the memory for it
      tokenize [FOLDER]                                   the tokenizer of a folder, or the bundled one, on one thread
      sqlite [--vectors N,N,...] [--queries N]            the vector scan of Resift.Sqlite, and what its first pass misses
      indexing FOLDER [--files N] [--rounds N]            how near indexing a folder comes to the speed of the embedder alone
      --list flat | --filter '*' | ...                    the micro benchmarks (BenchmarkDotNet's own options)
    """;

try
{
    switch (args)
    {
        case []:
            Console.WriteLine(Usage);
            return 2;
        case ["peers", .. var rest]:
            return await PeersBenchmark.RunAsync(rest, Console.Out);
        case ["latency", .. var rest]:
            return await LatencyBenchmark.RunAsync(rest, Console.Out);
        case ["architectures", .. var rest]:
            return await ArchitecturesBenchmark.RunAsync(rest, Console.Out);
        case ["precision", .. var rest]:
            return await PrecisionBenchmark.RunAsync(rest, Console.Out, Console.Error);
        case ["memory", .. var rest]:
            return await MemoryBenchmark.RunAsync(rest, Console.Out);
        case ["retrieval", .. var rest]:
            return await RetrievalBenchmark.RunAsync(rest, Console.Out, Console.Error);
        case ["tiers", .. var rest]:
            return await TiersBenchmark.RunAsync(rest, Console.Out, Console.Error);
        case ["sqlite", .. var rest]:
            return await SqliteBenchmark.RunAsync(rest, Console.Out);
        case ["indexing", var folder, .. var rest]:
            return await IndexingBenchmark.RunAsync(folder, rest, Console.Out);
        case ["deadline", .. var rest]:
            return await DeadlineBenchmark.RunAsync(rest, Console.Out);
        case ["fairness", .. var rest]:
            return await FairnessBenchmark.RunAsync(rest, Console.Out);
        case ["server", .. var rest]:
            return await ServerBenchmark.RunAsync(rest, Console.Out);
        case ["orleans", .. var rest]:
            return await OrleansBenchmark.RunAsync(rest, Console.Out);
        case [BenchmarkSilo.Command, .. var rest]:
            return await BenchmarkSilo.RunAsync(rest);
        case ["calibrate", var model, .. var rest]:
            return await CalibrationBenchmark.RunAsync(model, rest, Console.Out);
        case ["evaluation", .. var rest]:
            return await EvaluationBenchmark.RunAsync(rest, Console.Out);
        case ["tokenize", .. { Length: < 2 } folder]:
            await TokenizationBenchmark.RunAsync(folder.SingleOrDefault());
            return 0;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(PeersBenchmark).Assembly).Run(args);
            return 0;
    }
}
catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException or NotSupportedException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
