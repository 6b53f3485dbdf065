namespace Resift;

/// <summary>Logistic regression on one variable: the slope and intercept under which given targets are the most likely.</summary>
/// <remarks>
/// Newton's method with halved steps, as Lin, Lin and Weng 2007, "A Note on Platt's Probabilistic Outputs for Support Vector Machines",
/// recommend for this fit. The loss is convex; the caller makes sure that it has a minimum.
/// </remarks>
internal static class LogisticFit
{
    private const int MostSteps = 500;

    // Twice the likelihood that is left to gain. The last step still squares what it is small by, and rounding may keep it from shrinking.
    private const double SmallestDecrement = 1e-14;

    /// <summary>Fits both parameters.</summary>
    public static (double Slope, double Intercept) WithIntercept(double[] scores, double[] targets)
    {
        // Centred and scaled, so that the two parameters do not depend on each other much and large scores lose no digits.
        double center = scores.Average();
        double unit = scores.Max(score => Math.Abs(score - center));
        var (slope, intercept) = Minimize([.. scores.Select(score => (score - center) / unit)], targets, fitIntercept: true);
        return (slope / unit, intercept - (slope / unit * center));
    }

    /// <summary>Fits the slope of a curve that passes through one half at the score 0.</summary>
    public static double WithoutIntercept(double[] scores, double[] targets)
    {
        double unit = scores.Max(Math.Abs);
        return Minimize([.. scores.Select(score => score / unit)], targets, fitIntercept: false).Slope / unit;
    }

    private static (double Slope, double Intercept) Minimize(double[] x, double[] targets, bool fitIntercept)
    {
        var (slope, intercept) = (0.0, 0.0);
        double loss = Loss(x, targets, slope, intercept);
        for (int i = 0; i < MostSteps; i++)
        {
            var (slopeStep, interceptStep, decrement) = NewtonStep(x, targets, slope, intercept, fitIntercept);
            double size = 1;
            double newLoss = Loss(x, targets, slope + slopeStep, intercept + interceptStep);

            // Near the minimum the loss is level to its last digit, and the whole step is the best one.
            while (decrement > 1e-8 && newLoss > loss - (1e-4 * size * decrement) && size > 1e-12)
            {
                size /= 2;
                newLoss = Loss(x, targets, slope + (size * slopeStep), intercept + (size * interceptStep));
            }

            (slope, intercept, loss) = (slope + (size * slopeStep), intercept + (size * interceptStep), newLoss);
            if (decrement <= SmallestDecrement)
            {
                return (slope, intercept);
            }
        }

        throw new InvalidOperationException($"The fit did not settle in {MostSteps} steps: the examples are told apart almost without a " +
            "mistake. Give more examples, or fit a PlattCalibration with smoothed targets.");
    }

    private static (double Slope, double Intercept, double Decrement) NewtonStep(
        double[] x, double[] targets, double slope, double intercept, bool fitIntercept)
    {
        double[] probabilities = [.. x.Select(value => 1 / (1 + Math.Exp(-((slope * value) + intercept))))];
        var (error, weight, weighted) = (0.0, 0.0, 0.0);
        for (int i = 0; i < x.Length; i++)
        {
            error += probabilities[i] - targets[i];
            weight += Weight(probabilities[i]);
            weighted += Weight(probabilities[i]) * x[i];
        }

        // Around the weighted mean the two parameters do not depend on each other, so that no digits are lost by solving for both.
        double mean = fitIntercept ? weighted / weight : 0;
        var (gradient, curvature) = (0.0, 0.0);
        for (int i = 0; i < x.Length; i++)
        {
            gradient += (probabilities[i] - targets[i]) * (x[i] - mean);
            curvature += Weight(probabilities[i]) * (x[i] - mean) * (x[i] - mean);
        }

        double slopeStep = -gradient / curvature;
        double decrement = gradient * gradient / curvature;
        return fitIntercept
            ? (slopeStep, (-error / weight) - (mean * slopeStep), decrement + (error * error / weight))
            : (slopeStep, 0, decrement);
    }

    private static double Weight(double probability) => probability * (1 - probability);

    // The negative log-likelihood: ln(1 + eᶻ) − target · z, written so that no power overflows.
    private static double Loss(double[] x, double[] targets, double slope, double intercept)
    {
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double z = (slope * x[i]) + intercept;
            loss += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (targets[i] * z);
        }

        return loss;
    }
}
